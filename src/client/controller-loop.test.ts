import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { FakeClock } from "./clock.ts";
import { ControllerLoop } from "./controller-loop.ts";

const log = pino({ level: "silent" });
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
};

test("each key is reconciled, several at a time but none twice at a time", async () => {
  const working = new Set<string>();
  let most = 0;
  const reconcile = async (key: string): Promise<void> => {
    assert.ok(!working.has(key));
    working.add(key);
    most = Math.max(most, working.size);
    await new Promise(setImmediate);
    working.delete(key);
  };
  const loop = new ControllerLoop({ name: "test", reconcile, log, clock: new FakeClock(), workers: 3 });
  loop.start();
  for (let round = 0; round < 3; round++) for (const key of ["a", "b", "c", "d", "e"]) loop.queue.add(key);
  await settle();
  assert.equal(most, 3);
  await loop.stop();
});

test("a key that fails comes again later each time, and a success ends that", async () => {
  const clock = new FakeClock();
  let calls = 0;
  const reconcile = async (): Promise<void> => {
    if (++calls < 3) throw new Error("not yet");
  };
  const loop = new ControllerLoop({ name: "test", reconcile, log, clock, firstDelayMs: 100 });
  loop.start();
  loop.queue.add("a");
  for (const [ms, expected] of [
    [0, 1],
    [99, 1],
    [1, 2],
    [199, 2],
    [1, 3],
  ] as const) {
    clock.advance(ms);
    await settle();
    assert.equal(calls, expected);
  }
  assert.equal(loop.queue.failures("a"), 0);
  await loop.stop();
});

test("a number asks to be called again after so many milliseconds", async () => {
  const clock = new FakeClock();
  let calls = 0;
  const loop = new ControllerLoop({
    name: "test",
    reconcile: async () => (++calls === 1 ? 5000 : undefined),
    log,
    clock,
  });
  loop.start();
  loop.queue.add("a");
  await settle();
  clock.advance(4999);
  await settle();
  assert.equal(calls, 1);
  clock.advance(1);
  await settle();
  assert.equal(calls, 2);
  await loop.stop();
});

test("stopping waits for the key in work and takes no other", async () => {
  const done = Promise.withResolvers<void>();
  const seen: string[] = [];
  const reconcile = async (key: string): Promise<void> => {
    seen.push(key);
    await done.promise;
  };
  const loop = new ControllerLoop({ name: "test", reconcile, log, clock: new FakeClock(), workers: 1 });
  loop.start();
  loop.queue.add("a");
  loop.queue.add("b");
  await settle();
  let isStopped = false;
  const stopped = loop.stop().then(() => {
    isStopped = true;
  });
  await settle();
  assert.equal(isStopped, false);
  done.resolve();
  await stopped;
  assert.deepEqual(seen, ["a"]);
});
