import assert from "node:assert/strict";
import { test } from "node:test";
import { deepEqual } from "../apply/type-rules.ts";
import { sameJson } from "./rules.ts";

/** Each pair, whether it means the same to a type, and whether it is the same JSON. */
const pairs: readonly (readonly [unknown, unknown, boolean, boolean])[] = [
  [undefined, null, true, true],
  [{ a: 1, b: [{ c: "d" }] }, { b: [{ c: "d" }], a: 1 }, true, true],
  [{ a: null }, {}, true, false],
  [{ a: undefined }, {}, true, false],
  [{ a: [{ b: null }] }, { a: [{}] }, true, false],
  [{}, undefined, false, false],
  [[], undefined, false, false],
  [[], {}, false, false],
  [[1, 2], [2, 1], false, false],
  [1, "1", false, false],
  [{ a: 1 }, JSON.parse('{"a":1,"__proto__":{"b":2}}'), false, false],
];

test("a member that is none means the same as an absent one to a type, and is another JSON", () => {
  for (const [one, other, isSame, isEqual] of pairs) {
    const pair = JSON.stringify([one, other]);
    assert.deepEqual([sameJson(one, other), sameJson(other, one)], [isSame, isSame], pair);
    assert.deepEqual([deepEqual(one, other), deepEqual(other, one)], [isEqual, isEqual], pair);
  }
});
