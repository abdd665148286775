import assert from "node:assert/strict";
import { test } from "node:test";
import { countIndexes, listIndexes } from "./job-indexes.ts";

test("indexes are counted over intervals and single ones", () => {
  assert.equal(countIndexes("", 5), 0);
  assert.equal(countIndexes("0,2-4", 5), 4);
  assert.deepEqual(listIndexes("0,2-4"), [0, 2, 3, 4]);
});

test("indexes that do not grow, are too large or no numbers are refused", () => {
  const problems = ["1-0", "1,1", "0-9", "a", "1-2-3"].map((text) => countIndexes(text, 5));
  assert.deepEqual(problems, [
    { problem: "non-increasing order, previous: 1, current: 0" },
    { problem: "non-increasing order, previous: 1, current: 1" },
    { problem: 'too large index: "9"' },
    { problem: 'cannot convert string to integer for index: "a"' },
    {
      problem:
        "the fragment \"1-2-3\" violates the requirement that an index interval can have at most two parts separated by '-'",
    },
  ]);
});
