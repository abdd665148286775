import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../failure.ts";
import { outputFormat } from "./output.ts";
import { writeQuery } from "./placed.ts";

test("what every object has is no format and no way to validate", () => {
  for (const word of ["constructor", "toString", "__proto__"]) {
    assert.throws(() => outputFormat(word), UsageError);
    assert.throws(() => outputFormat(`${word}={.a}`), UsageError);
    assert.throws(() => writeQuery({ validate: word }), UsageError);
  }
});
