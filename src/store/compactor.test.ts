import assert from "node:assert/strict";
import { test } from "node:test";
import { Compactor } from "./compactor.ts";
import { failsWith, put } from "./contract.suite.ts";
import { openMemoryStore } from "./engines.ts";

/** A timer that fires when told. */
function manualTimer() {
  let pending: (() => void) | undefined;
  return {
    after: (_delayMs: number, callback: () => void) => {
      pending = callback;
      return () => {
        pending = undefined;
      };
    },
    fire: () => pending?.(),
    isSet: () => pending !== undefined,
  };
}

test("history older than its time is forgotten, younger is kept", async () => {
  const store = openMemoryStore();
  const timer = manualTimer();
  const compactor = new Compactor({ store, keepMs: 60_000, intervalMs: 30_000, after: timer.after });
  compactor.start();
  const revisions: number[] = [];
  for (let tick = 0; tick < 3; tick++) {
    revisions.push(await put(store, `/${tick}`, "x"));
    timer.fire();
  }
  await compactor.stop();
  await assert.rejects(store.list({ prefix: "", revision: 1 }), failsWith("compacted"));
  assert.equal((await store.list({ prefix: "", revision: revisions[0]! })).items.length, 1);
  assert.equal(timer.isSet(), false);
});

test("no more than so many revisions are kept, however young", async () => {
  const store = openMemoryStore();
  const timer = manualTimer();
  const compactor = new Compactor({ store, keepRevisions: 10, after: timer.after });
  compactor.start();
  for (let n = 0; n < 50; n++) await put(store, `/${n}`, "x");
  timer.fire();
  await compactor.stop();
  await assert.rejects(store.list({ prefix: "", revision: store.revision - 11 }), failsWith("compacted"));
  await store.list({ prefix: "", revision: store.revision - 10 });
});
