import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { JointWrites } from "./joint-writes.ts";

/** Counts its calls; `called(n)` resolves with the n-th. */
function counter() {
  const waiting = new Map<number, () => void>();
  let calls = 0;
  const write = () => waiting.get(++calls)?.();
  const called = (count: number) => new Promise<void>((resolve) => waiting.set(count, resolve));
  return { write, called, calls: () => calls };
}

test("what is asked for several times is written once", async () => {
  const writes = new JointWrites();
  const [one, other] = [counter(), counter()];
  const written = other.called(1);
  for (let times = 0; times < 3; times++) writes.request(one.write);
  writes.request(other.write);
  assert.equal(one.calls(), 0);
  await written;
  assert.deepEqual([one.calls(), other.calls()], [1, 1]);
});

test("what comes right after a write goes out with the next one", async () => {
  const writes = new JointWrites();
  const { write, called, calls } = counter();
  const first = called(1);
  writes.request(write);
  await first;
  const second = called(2);
  writes.request(write);
  writes.request(write);
  await second;
  assert.equal(calls(), 2);
});

/** A hundred watches have just been written, on a thread whose clock and load are told; their next write is asked for. */
function resting(context: TestContext, busyShare: () => number) {
  context.mock.timers.enable({ apis: ["setTimeout", "setImmediate"] });
  let clock = 0;
  const writes = new JointWrites({ now: () => clock, busyShare });
  const watches = Array.from({ length: 100 }, counter);
  const request = () => {
    for (const { write } of watches) writes.request(write);
  };
  const pass = (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed++) {
      clock++;
      context.mock.timers.tick(1);
    }
  };
  request();
  pass(1);
  request();
  return { pass, request, rounds: () => watches[0]!.calls() };
}

test("many watches of a busy thread rest for long", (context) => {
  const { pass, rounds } = resting(context, () => 1);
  pass(24);
  assert.equal(rounds(), 1);
  pass(1);
  assert.equal(rounds(), 2);
});

test("many watches rest no longer than the thread is busy", (context) => {
  let share = 1;
  const { pass, rounds } = resting(context, () => share);
  pass(10);
  assert.equal(rounds(), 1);
  share = 0.2;
  pass(4);
  assert.equal(rounds(), 2);
});

test("watches of an idle thread rest all the same, for the shortest interval", (context) => {
  const { pass, request, rounds } = resting(context, () => 0);
  pass(3);
  assert.equal(rounds(), 1);
  pass(1);
  assert.equal(rounds(), 2);
  pass(10);
  request();
  pass(1);
  assert.equal(rounds(), 3);
});

test("a write that was taken back does not happen", async () => {
  const writes = new JointWrites();
  const [gone, kept] = [counter(), counter()];
  writes.request(gone.write);
  writes.cancel(gone.write);
  const written = kept.called(1);
  writes.request(kept.write);
  await written;
  assert.equal(gone.calls(), 0);
});

test("a write that fails is reported, and keeps no other from being written", async (context) => {
  const writes = new JointWrites();
  const { write, called } = counter();
  const reported: unknown[] = [];
  context.mock.method(globalThis, "queueMicrotask", (task: () => void) => {
    try {
      task();
    } catch (error) {
      reported.push(error);
    }
  });
  const bug = new Error("a bug");
  writes.request(() => {
    throw bug;
  });
  const written = called(1);
  writes.request(write);
  await written;
  assert.deepEqual(reported, [bug]);
});
