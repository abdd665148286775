import assert from "node:assert/strict";
import { test } from "node:test";
import { Seen } from "./seen.ts";

test("what was there before is seen again, were it absent", () => {
  const answers = (values: readonly (string | undefined)[]) => {
    const seen = new Seen<string | undefined>();
    return values.map((value) => seen.again(value));
  };
  assert.deepEqual(answers(["a", "b", "a", "c", "b", "b"]), [false, false, true, false, true, true]);
  assert.deepEqual(answers([undefined, undefined, "", ""]), [false, true, false, true]);
});
