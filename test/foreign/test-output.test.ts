import assert from "node:assert/strict";
import { test } from "node:test";
import { readResult } from "./test-output.ts";

const run = (status: number, ...lines: readonly string[]) =>
  readResult("example.org/pkg", { status, output: lines.join("\n"), seconds: 1 });

test("plain tests are counted as they are", () => {
  const result = run(
    1,
    "--- PASS: TestOne (0.00s)",
    "--- FAIL: TestTwo (0.10s)",
    "--- SKIP: TestThree (0.00s)",
    "FAIL",
  );
  assert.deepEqual([result.ok, result.passed, result.failures, result.skipped], [false, 1, ["TestTwo"], 1]);
});

test("a test fails under its own name where one inside it did not", () => {
  const result = run(
    1,
    "--- FAIL: TestOne (1.0s)",
    "    --- PASS: TestOne/a (0.0s)",
    "    --- FAIL: TestOne/b=c (0.0s)",
  );
  assert.deepEqual(result.failures, ["TestOne/b=c"]);
});

test("of a suite of specs the specs are counted, not the test that runs them", () => {
  const summary = "SUCCESS! -- 72 Passed | 0 Failed | 1 Pending | 2 Skipped";
  const result = run(0, summary, "--- PASS: TestBuilder (17.26s)", "--- PASS: TestOther (0.00s)", "PASS");
  assert.deepEqual([result.ok, result.passed, result.failures, result.skipped], [true, 73, [], 3]);
});

test("failed specs have their own names", () => {
  const result = run(
    1,
    "  [FAIL] DryRunClient [It] should not create an object",
    "FAIL! -- 293 Passed | 1 Failed | 0 Pending | 0 Skipped",
    "--- FAIL: TestClient (18.65s)",
  );
  assert.deepEqual([result.passed, result.failures], [293, ["DryRunClient [It] should not create an object"]]);
});
