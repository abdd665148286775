import assert from "node:assert/strict";
import { test } from "node:test";
import { knownReason } from "./suites.ts";

test("a failure is known under its own name and under that of the test it is in", () => {
  const suite = { known: { TestOne: "one", "TestTwo/a=b": "two" } };
  const reasons = ["TestOne", "TestOne/x/y", "TestTwo/a=b/c", "TestTwo/a=c", "TestTwo", "TestOneMore"];
  const known = reasons.map((failure) => knownReason(suite, failure));
  assert.deepEqual(known, ["one", "one", "two", undefined, undefined, undefined]);
});
