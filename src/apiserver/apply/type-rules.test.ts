import assert from "node:assert/strict";
import { test } from "node:test";
import { deepEqual } from "./type-rules.ts";

test("objects are equal where both have the same keys, whatever every object has besides", () => {
  const object = (text: string): unknown => JSON.parse(text);
  assert.equal(deepEqual({ a: { b: [1, null] } }, { a: { b: [1, null] } }), true);
  assert.equal(deepEqual({ a: undefined }, { b: 1 }), false);
  assert.equal(deepEqual(object('{"__proto__":{}}'), { b: 1 }), false);
  assert.equal(deepEqual({ b: 1 }, object('{"__proto__":{}}')), false);
  assert.equal(deepEqual(object('{"__proto__":{"a":1}}'), object('{"__proto__":{"a":1}}')), true);
});
