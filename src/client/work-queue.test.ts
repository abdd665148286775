import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "./clock.ts";
import { WorkQueue } from "./work-queue.ts";

const clock = new FakeClock();
const queue = () => new WorkQueue({ clock });

test("a key added twice waits once", async () => {
  const keys = queue();
  keys.add("a");
  keys.add("a");
  assert.equal(await keys.take(), "a");
  keys.done("a");
  assert.equal(keys.length, 0);
});

test("a key added while it is worked on comes again after that work, not beside it", async () => {
  const keys = queue();
  keys.add("a");
  await keys.take();
  keys.add("a");
  assert.equal(keys.length, 0);
  keys.done("a");
  assert.equal(await keys.take(), "a");
});

test("a failing key waits longer each time, until it is forgotten", async () => {
  const keys = queue();
  keys.addRateLimited("a");
  clock.advance(4);
  assert.equal(keys.length, 0);
  clock.advance(1);
  assert.equal(await keys.take(), "a");
  keys.done("a");
  keys.addRateLimited("a");
  clock.advance(9);
  assert.equal(keys.length, 0);
  clock.advance(1);
  assert.equal(keys.length, 1);
  keys.forget("a");
  assert.equal(keys.failures("a"), 0);
});

test("of two delays for one key the earlier holds", () => {
  const keys = queue();
  keys.addAfter("a", 100);
  keys.addAfter("a", 10);
  keys.addAfter("a", 50);
  clock.advance(10);
  assert.equal(keys.length, 1);
  clock.advance(100);
  assert.equal(keys.length, 1);
});

test("closing answers everyone who waits", async () => {
  const keys = queue();
  const taken = keys.take();
  keys.close();
  assert.equal(await taken, undefined);
  keys.add("late");
  assert.equal(await keys.take(), undefined);
});

test("what was to come later comes at once when it is hurried, and once", async () => {
  const keys = queue();
  keys.addAfter("a", 3_600_000);
  keys.hurry();
  assert.equal(await keys.take(), "a");
  keys.done("a");
  clock.advance(3_600_000);
  assert.equal(keys.length, 0);
});
