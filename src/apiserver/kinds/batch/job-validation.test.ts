import assert from "node:assert/strict";
import { test } from "node:test";
import type { batchv1 } from "../../../api/mod.ts";
import { validateJobUpdate } from "./job-validation.ts";

function jobOf(status: batchv1.JobStatus, nodeSelector: Readonly<Record<string, string>> = {}): batchv1.Job {
  const container = {
    name: "c",
    image: "i",
    imagePullPolicy: "Always",
    terminationMessagePath: "/m",
    terminationMessagePolicy: "File",
  };
  const spec = { restartPolicy: "Never", dnsPolicy: "Default", nodeSelector, containers: [container] };
  const selector = { matchLabels: { a: "b" } };
  const template = { metadata: { labels: selector.matchLabels }, spec };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "j", namespace: "n" },
    spec: { suspend: true, selector, manualSelector: true, completionMode: "NonIndexed", template },
    status,
  } as unknown as batchv1.Job;
}

function maySteer(status: batchv1.JobStatus): boolean {
  const context = { dryRun: false, now: 0 } as Parameters<typeof validateJobUpdate>[2];
  const errors = validateJobUpdate(jobOf(status, { zone: "one" }), jobOf(status), context);
  return !errors.some(({ field }) => field.startsWith("spec.template"));
}

test("where a suspended job's pods go can be said while it has none: before its start, and when it is stopped again", () => {
  const startTime = "2026-01-01T00:00:00Z";
  const suspended = { type: "Suspended", status: "True" };
  assert.ok(maySteer({}));
  assert.ok(!maySteer({ active: 1 }));
  assert.ok(!maySteer({ startTime }));
  assert.ok(maySteer({ startTime, conditions: [suspended] }));
  assert.ok(!maySteer({ startTime, conditions: [suspended], active: 1 }));
});
