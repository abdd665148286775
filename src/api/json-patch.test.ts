import assert from "node:assert/strict";
import { test } from "node:test";
import { applyJsonPatch } from "./json-patch.ts";

test("what was copied is changed in one of its places, also where it was the patch's own before", () => {
  const original = Object.freeze({ a: Object.freeze({ b: Object.freeze({ c: 1 }) }) });
  const operations = [
    { op: "add", path: "/a/b/d", value: 2 },
    { op: "copy", from: "/a", path: "/e" },
    { op: "add", path: "/e/b/d", value: 3 },
    { op: "add", path: "/a/b/f", value: 4 },
  ];
  const patched = applyJsonPatch(original, operations);
  assert.deepEqual(patched, { a: { b: { c: 1, d: 2, f: 4 } }, e: { b: { c: 1, d: 3 } } });
  assert.deepEqual(original, { a: { b: { c: 1 } } });
});

test("ten thousand operations on one map cost ten times as much as a thousand", () => {
  const cost = (count: number) => {
    const operations = Array.from({ length: count }, (_, at) => ({ op: "add", path: `/m/${at}x`, value: at }));
    const before = process.threadCpuUsage();
    applyJsonPatch({ m: {} }, operations);
    return Math.max(process.threadCpuUsage(before).user, 1000);
  };
  const least = (count: number) => Math.min(...[1, 2, 3].map(() => cost(count)));
  const [few, many] = [least(1000), least(10_000)];
  assert.ok(many < 60 * few, `${many} µs against ${few}`);
});
