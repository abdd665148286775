import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundedCache } from "./bounded-cache.ts";

test("what was not used for longest makes room, and what has expired does not stay until there is none", () => {
  let now = 0;
  const cache = new BoundedCache<number>(3, () => now);
  for (const key of ["a", "b", "c"]) cache.set(key, 1, 10);
  assert.equal(cache.get("a"), 1);
  cache.set("d", 1, 10);
  assert.deepEqual([cache.size, cache.get("b"), cache.get("a")], [3, undefined, 1]);
  now = 11;
  cache.set("e", 1, 20);
  cache.set("f", 1, 20);
  assert.deepEqual([cache.size, cache.get("e"), cache.get("f")], [2, 1, 1]);
});
