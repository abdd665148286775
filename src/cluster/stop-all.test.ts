import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { stopAll } from "./stop-all.ts";

const silent = pino({ enabled: false });

test("a part that fails to stop keeps no other from stopping, and its failure is told in the end", async () => {
  const stopped: string[] = [];
  const part = (name: string, failure?: Error) => ({
    name,
    async stop() {
      stopped.push(name);
      if (failure) throw failure;
    },
  });
  const atOnce = {
    name: "at once",
    stop() {
      throw new Error("at once");
    },
  };
  const parts = [part("controllers"), part("informers", new Error("first")), atOnce, part("store")];
  await assert.rejects(stopAll(parts, { log: silent }), { message: "first" });
  assert.deepEqual(stopped, ["controllers", "informers", "store"]);
});

test("a part that never stops is named in the log, and the store is closed all the same", async () => {
  const log: { part: string; msg: string }[] = [];
  let isClosed = false;
  const stuck = { name: "scheduler", stop: () => new Promise<void>(() => {}) };
  const store = {
    name: "store",
    async stop() {
      isClosed = true;
    },
  };
  const options = { log: pino({ base: null }, { write: (line) => log.push(JSON.parse(line)) }), mostMs: 10 };
  await stopAll([stuck, store], options);
  assert.ok(isClosed);
  assert.deepEqual(
    log.map(({ part, msg }) => [part, msg]),
    [["scheduler", "a part does not stop; the others go on without it"]],
  );
});
