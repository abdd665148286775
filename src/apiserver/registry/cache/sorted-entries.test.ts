import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Entry } from "./entry.ts";
import { SortedEntries } from "./sorted-entries.ts";

const entry = (key: string) => ({ key }) as Entry;
const keysOf = (entries: readonly Entry[]) => entries.map(({ key }) => key);
const padded = (value: number) => String(value).padStart(5, "0");

test("whatever is put and removed, a slice is what a sorted array would answer", () => {
  const step = fc.record({ put: fc.boolean(), value: fc.integer({ min: 0, max: 3000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4000, size: "max" }), step, step, (steps, one, other) => {
      const sorted = new SortedEntries();
      const model = new Set<string>();
      for (const { put, value } of steps) {
        const key = padded(value);
        if (put) model.add(key);
        else model.delete(key);
        if (put) sorted.put(entry(key));
        else sorted.remove(key);
      }
      const keys = [...model].sort();
      const [from, to] = [padded(one.value), padded(other.value)];
      assert.equal(sorted.size, keys.length);
      assert.deepEqual(keysOf(sorted.slice("")), keys);
      const between = keys.filter((key) => key >= from && key < to);
      assert.deepEqual(keysOf(sorted.slice(from, to)), between);
      assert.deepEqual(keysOf(sorted.slice(from, to, other.value)), between.slice(0, other.value));
      assert.equal(sorted.count(from, to), between.length);
    }),
    { numRuns: 30 },
  );
});

test("what comes in order, and what comes backwards, is all there", () => {
  const keys = Array.from({ length: 5000 }, (_, index) => padded(index));
  for (const order of [keys, keys.toReversed()]) {
    const sorted = new SortedEntries();
    for (const key of order) sorted.put(entry(key));
    assert.deepEqual(keysOf(sorted.slice("")), keys);
    assert.deepEqual(keysOf(sorted.slice(padded(4998))), keys.slice(4998));
  }
});
