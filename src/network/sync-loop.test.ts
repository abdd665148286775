import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { FakeClock } from "../client/mod.ts";
import { SyncLoop } from "./sync-loop.ts";

const log = pino({ level: "silent" });

test("changes that come together share one run, and those that come during a run lead to one more", async () => {
  let runs = 0;
  const loop = new SyncLoop({
    what: "test",
    log,
    clock: new FakeClock(),
    sync: async () => {
      if (++runs === 1) for (let at = 0; at < 3; at++) loop.trigger();
    },
  });
  loop.trigger();
  await loop.start();
  assert.equal(runs, 2);
  await loop.stop();
});

test("a run that fails is repeated later, and ever later", async () => {
  const clock = new FakeClock();
  let runs = 0;
  const failed = async () => {
    runs++;
    throw new Error("no");
  };
  const loop = new SyncLoop({ what: "test", log, clock, sync: failed });
  await loop.start();
  const delays = [200, 400, 800];
  for (const delayMs of delays) {
    const before = runs;
    clock.advance(delayMs - 1);
    assert.equal(runs, before);
    clock.advance(1);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    assert.equal(runs, before + 1);
  }
  await loop.stop();
});
