import assert from "node:assert/strict";
import { test } from "node:test";
import { bisect } from "./bisect.ts";

test("the place of a value is that of the first item which is not before it", () => {
  const items = [1, 3, 3, 3, 7];
  const places = [0, 1, 2, 3, 4, 7, 8].map((value) => bisect(items, (item) => item < value));
  assert.deepEqual(places, [0, 0, 1, 1, 4, 4, 5]);
  assert.equal(
    bisect([], () => true),
    0,
  );
});
