import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkPool } from "./node-ipam.ts";

test("each node gets the first part that nobody holds, and keeps it", () => {
  const pool = new NetworkPool("10.244.0.0/16", 24);
  pool.keep("old", "10.244.1.0/24");
  assert.equal(pool.take("a"), "10.244.0.0/24");
  assert.equal(pool.take("b"), "10.244.2.0/24");
  assert.equal(pool.take("a"), "10.244.0.0/24");
});

test("a part is given out again when its node is gone, and never more parts than there are", () => {
  const pool = new NetworkPool("192.168.0.0/23", 24);
  assert.deepEqual([pool.take("a"), pool.take("b"), pool.take("c")], ["192.168.0.0/24", "192.168.1.0/24", undefined]);
  pool.release("a");
  assert.equal(pool.take("c"), "192.168.0.0/24");
});

test("a part of another network is nobody's here, and where it becomes free nothing is given out", () => {
  const pool = new NetworkPool("192.168.0.0/23", 24);
  pool.keep("a", "100.64.0.0/24");
  pool.release("a");
  assert.equal(pool.take("b"), "192.168.0.0/24");
});

test("a network smaller than a node's part is refused", () => {
  assert.throws(() => new NetworkPool("10.0.0.0/25", 24), /10\.0\.0\.0\/25 has no parts of \/24/);
});

test("a part that became free comes before those that were never given out", () => {
  const pool = new NetworkPool("10.244.0.0/16", 24);
  for (const name of ["a", "b", "c"]) pool.take(name);
  pool.release("b");
  assert.deepEqual([pool.take("d"), pool.take("e")], ["10.244.1.0/24", "10.244.3.0/24"]);
});
