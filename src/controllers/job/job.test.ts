import assert from "node:assert/strict";
import { test } from "node:test";
import type { batchv1, corev1 } from "../../api/mod.ts";
import { backoffRemaining, noFailures, recordFinished } from "./backoff.ts";
import { completionIndexAnnotation, formatIndexes, parseIndexes } from "./indexes.ts";
import { trackingFinalizer, viewJob } from "./job-view.ts";
import { outcomeOf } from "./outcome.ts";
import { planJob } from "./plan.ts";
import { decideFailure } from "./pod-failure-policy.ts";
import { matchSuccessPolicy } from "./success-policy.ts";
import { foldUncounted, trackPods } from "./tracking.ts";

const now = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();

function jobOf(spec: Partial<batchv1.JobSpec>, status?: batchv1.JobStatus): batchv1.Job {
  const metadata = { name: "j", namespace: "n", uid: "job", resourceVersion: "1", creationTimestamp: at(0) };
  const template = { spec: { containers: [], restartPolicy: "Never" } };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata,
    spec: { parallelism: 1, completions: 1, backoffLimit: 6, template, ...spec },
    ...(status ? { status } : {}),
  } as batchv1.Job;
}

interface PodTraits {
  readonly phase?: string;
  readonly index?: number;
  readonly deleting?: boolean;
  readonly exitCode?: number;
  readonly condition?: string;
  readonly free?: boolean;
}

function pod(name: string, traits: PodTraits = {}): corev1.Pod {
  const { phase = "Running", index, deleting, exitCode, condition, free } = traits;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "n",
      uid: name,
      creationTimestamp: at(0),
      ...(index === undefined ? {} : { annotations: { [completionIndexAnnotation]: String(index) } }),
      ...(deleting ? { deletionTimestamp: at(1) } : {}),
      ...(free ? {} : { finalizers: [trackingFinalizer] }),
    },
    spec: { containers: [] },
    status: {
      phase,
      conditions: condition ? [{ type: condition, status: "True" }] : [],
      containerStatuses: exitCode === undefined ? [] : [{ name: "main", state: { terminated: { exitCode } } }],
    },
  } as unknown as corev1.Pod;
}

const planOf = (job: batchv1.Job, pods: corev1.Pod[]) => {
  const plan = planJob(viewJob(job, pods), now);
  return { creates: plan.creates, indexes: plan.indexes, deletes: plan.deletes.map((one) => one.metadata.name) };
};
const reasonOf = (job: batchv1.Job, pods: corev1.Pod[]) => outcomeOf(viewJob(job, pods), now)?.reason;

test("indexes are written as ranges of three and more, and read back", () => {
  assert.equal(formatIndexes(new Set([7, 1, 3, 4, 5])), "1,3-5,7");
  assert.equal(formatIndexes(new Set([1, 2])), "1,2");
  assert.deepEqual([...parseIndexes("1,3-5,7", 5)], [1, 3, 4]);
});

test("a job creates as many pods as may run and are still needed", () => {
  assert.deepEqual(planOf(jobOf({ parallelism: 3, completions: 5 }), []).creates, 3);
  const almost = [pod("a", { phase: "Succeeded" }), pod("b", { phase: "Succeeded" }), pod("c")];
  assert.deepEqual(planOf(jobOf({ parallelism: 3, completions: 4 }), almost).creates, 1);
});

test("a work queue job creates no more pods once one has succeeded, and is complete when the others have ended", () => {
  const job = jobOf({ parallelism: 3, completions: undefined });
  delete job.spec.completions;
  assert.equal(planOf(job, [pod("a", { phase: "Succeeded" }), pod("b")]).creates, 0);
  assert.equal(reasonOf(job, [pod("a", { phase: "Succeeded" }), pod("b")]), undefined);
  assert.equal(reasonOf(job, [pod("a", { phase: "Succeeded" })]), "CompletionsReached");
});

test("less parallelism deletes pods, suspension all of them", () => {
  assert.equal(planOf(jobOf({ parallelism: 1, completions: 9 }), [pod("a"), pod("b"), pod("c")]).deletes.length, 2);
  assert.equal(
    planOf(jobOf({ parallelism: 3, completions: 9, suspend: true }), [pod("a"), pod("b")]).deletes.length,
    2,
  );
});

test("an indexed job fills the lowest free indexes and deletes pods that double one", () => {
  const job = jobOf({ parallelism: 3, completions: 5, completionMode: "Indexed" }, { completedIndexes: "0" });
  assert.deepEqual(planOf(job, [pod("b", { index: 2 })]).indexes, [1, 3]);
  const doubled = [pod("b", { index: 2 }), pod("c", { index: 2 }), pod("d", { index: 9 })];
  assert.deepEqual(planOf(job, doubled).deletes.sort(), ["b", "d"]);
});

test("a terminating pod is replaced at once, unless only failed pods are replaced", () => {
  const pods = [pod("a", { deleting: true })];
  assert.equal(planOf(jobOf({}), pods).creates, 1);
  assert.equal(planOf(jobOf({ podReplacementPolicy: "Failed" }), pods).creates, 0);
});

test("more failures than the limit fail the job", () => {
  const failures = [pod("a", { phase: "Failed" }), pod("b", { phase: "Failed" })];
  assert.equal(reasonOf(jobOf({ backoffLimit: 2 }), failures), undefined);
  assert.equal(reasonOf(jobOf({ backoffLimit: 1 }), failures), "BackoffLimitExceeded");
});

test("a job that runs for too long fails", () => {
  const job = jobOf({ activeDeadlineSeconds: 5 }, { startTime: at(-5) });
  assert.equal(reasonOf(job, [pod("a")]), "DeadlineExceeded");
  assert.equal(reasonOf(jobOf({ activeDeadlineSeconds: 6 }, { startTime: at(-5) }), [pod("a")]), undefined);
});

test("an index whose failures reach its limit fails alone, and the job when all indexes have ended", () => {
  const spec = {
    parallelism: 2,
    completions: 2,
    completionMode: "Indexed",
    backoffLimitPerIndex: 0,
    backoffLimit: 99,
  } as const;
  const failed = pod("a", { phase: "Failed", index: 0 });
  assert.equal(reasonOf(jobOf(spec), [failed, pod("b", { index: 1 })]), undefined);
  assert.deepEqual(planOf(jobOf(spec), [failed]).indexes, [1]);
  assert.equal(reasonOf(jobOf(spec), [failed, pod("b", { phase: "Succeeded", index: 1 })]), "FailedIndexes");
  const strict = { ...spec, maxFailedIndexes: 0 };
  assert.equal(reasonOf(jobOf(strict), [failed, pod("b", { index: 1 })]), "MaxFailedIndexesExceeded");
});

const policy = {
  rules: [
    { action: "FailJob", onExitCodes: { containerName: "main", operator: "In", values: [42] } },
    { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
  ],
} as batchv1.PodFailurePolicy;

test("the failure policy fails the job by exit code, and ignores disruptions", () => {
  const fatal = pod("a", { phase: "Failed", exitCode: 42 });
  assert.deepEqual(decideFailure(policy, fatal), {
    action: "FailJob",
    message: "Container main for pod n/a failed with exit code 42 matching FailJob rule at index 0",
  });
  assert.equal(reasonOf(jobOf({ podFailurePolicy: policy }), [fatal]), "PodFailurePolicy");
  const evicted = pod("b", { phase: "Failed", exitCode: 1, condition: "DisruptionTarget" });
  assert.equal(viewJob(jobOf({ podFailurePolicy: policy }), [evicted]).failed, 0);
  assert.equal(decideFailure(policy, pod("c", { phase: "Failed", exitCode: 1 })).action, "Count");
});

test("a success policy is met by its indexes, by a number of them, or by both", () => {
  const rule = (succeededIndexes?: string, succeededCount?: number) =>
    ({
      rules: [{ ...(succeededIndexes && { succeededIndexes }), ...(succeededCount && { succeededCount }) }],
    }) as batchv1.SuccessPolicy;
  assert.equal(matchSuccessPolicy(rule("0-1"), new Set([0]), 4), undefined);
  assert.equal(matchSuccessPolicy(rule("0-1"), new Set([0, 1]), 4), "Matched rules at index 0");
  assert.equal(matchSuccessPolicy(rule("0-2", 1), new Set([2]), 4), "Matched rules at index 0");
  assert.equal(matchSuccessPolicy(rule(undefined, 2), new Set([3]), 4), undefined);
});

test("the wait after failures doubles from ten seconds to ten minutes, and a success ends it", () => {
  const failed = { ...pod("a", { phase: "Failed", deleting: true }) };
  const once = recordFinished(noFailures, { succeeded: [], failed: [failed] }, now);
  assert.equal(backoffRemaining(once, now + 1000), 10_000);
  assert.equal(backoffRemaining({ failures: 3, lastFailure: now }, now), 40_000);
  assert.equal(backoffRemaining({ failures: 30, lastFailure: now }, now), 600_000);
  const succeeded = pod("b", { phase: "Succeeded" });
  assert.equal(recordFinished(once, { succeeded: [succeeded], failed: [] }, now + 60_000).failures, 0);
});

test("a finished pod is counted once, whatever step a crash repeats", () => {
  const job = jobOf({ completions: 2 });
  const done = pod("a", { phase: "Succeeded" });
  const first = trackPods(viewJob(job, [done]), undefined);
  assert.deepEqual(first.status.uncountedTerminatedPods, { succeeded: ["a"] });
  assert.deepEqual(first.release, [done]);

  const written = jobOf({ completions: 2 }, first.status);
  const repeated = trackPods(viewJob(written, [done]), undefined);
  assert.equal(repeated.hasNew, false);
  assert.equal(viewJob(written, [done]).succeeded, 1);

  const folded = foldUncounted(written, [pod("a", { phase: "Succeeded", free: true })]);
  assert.equal(folded.succeeded, 1);
  assert.deepEqual(folded.uncountedTerminatedPods, {});
  assert.equal(viewJob(jobOf({ completions: 2 }, folded), [pod("a", { phase: "Succeeded", free: true })]).succeeded, 1);
});

test("indexes that succeed are collected in the status", () => {
  const job = jobOf({ completions: 4, completionMode: "Indexed" }, { completedIndexes: "0", succeeded: 1 });
  const pods = [pod("b", { phase: "Succeeded", index: 1 }), pod("c", { phase: "Succeeded", index: 2 })];
  const { status } = trackPods(viewJob(job, pods), undefined);
  assert.equal(status.completedIndexes, "0-2");
  assert.equal(status.succeeded, 3);
});
