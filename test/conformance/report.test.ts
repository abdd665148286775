import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomes, report } from "./report.ts";

const junit = `<testsuite>
<testcase name="[SynchronizedBeforeSuite]" status="passed" time="1"></testcase>
<testcase name="[It] [sig-node] Pods should &#34;run&#34; [Conformance]" status="passed" time="1"><system-err>log</system-err></testcase>
<testcase name="[It] [sig-apps] Job should end [Conformance]" status="failed" time="1"><failure message="no">no</failure></testcase>
<testcase name="[It] [sig-apps] other" status="skipped" time="0"><skipped message="skipped"></skipped></testcase>
</testsuite>`;

test("tests that ran are told apart from those that failed, and skipped ones are not told", () => {
  assert.deepEqual(
    [...outcomes(junit)],
    [
      ['[sig-node] Pods should "run" [Conformance]', "passed"],
      ["[sig-apps] Job should end [Conformance]", "failed"],
    ],
  );
});

test("the report counts by area", () => {
  const text = report(outcomes(junit));
  assert.match(text, /1 passed, 1 failed/);
  assert.match(text, /\| sig-apps \| 0 \| 1 \|/);
});
