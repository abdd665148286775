import assert from "node:assert/strict";
import { test } from "node:test";
import { ownedFields } from "./owned-fields.ts";

/** How often the text was parsed. */
function parsesOf(text: string, between: () => void): number {
  let parses = 0;
  const parse = () => ({ parses: ++parses });
  ownedFields(text, parse);
  between();
  ownedFields(text, parse);
  return parses;
}

const texts = (count: number, length: number) => {
  for (let at = 0; at < count; at++) ownedFields(`${at}`.padEnd(length), () => ({}));
};

test("what objects of one template own is parsed once, for as long as not too much else came", () => {
  assert.equal(
    parsesOf("one", () => texts(500, 600)),
    1,
  );
  assert.equal(
    parsesOf("other", () => texts(100, 8000)),
    2,
  );
  assert.equal(
    parsesOf("x".repeat(10_000), () => {}),
    2,
  );
});
