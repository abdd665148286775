/** What a Job's pods amount to: who runs, who finished, who has been counted already. Pure. */
import type { batchv1, corev1 } from "../../api/mod.ts";
import { isDeleting } from "../support/object.ts";
import { isPodReady, isPodTerminating } from "../support/pod-state.ts";
import { completionIndexOf, parseIndexes } from "./indexes.ts";
import { decideFailure } from "./pod-failure-policy.ts";

export const trackingFinalizer = "batch.kubernetes.io/job-tracking";

export interface JobView {
  readonly job: batchv1.Job;
  readonly pods: readonly corev1.Pod[];
  readonly active: readonly corev1.Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** Finished, still under the finalizer, and in no count yet. */
  readonly newlySucceeded: readonly corev1.Pod[];
  readonly newlyFailed: readonly corev1.Pod[];
  /** Of `newlyFailed`, those that the failure policy does not count. */
  readonly ignored: ReadonlySet<corev1.Pod>;
  readonly succeeded: number;
  readonly failed: number;
  /** Of an Indexed Job; empty otherwise. */
  readonly succeededIndexes: ReadonlySet<number>;
}

export function isIndexed(job: batchv1.Job): boolean {
  return job.spec.completionMode === "Indexed";
}

/** A pod is replaced only when it has failed, not already when it begins to terminate. */
export function replacesOnlyFailed(job: batchv1.Job): boolean {
  return job.spec.podReplacementPolicy === "Failed" || job.spec.podFailurePolicy !== undefined;
}

export function hasTrackingFinalizer(pod: corev1.Pod): boolean {
  return pod.metadata.finalizers?.includes(trackingFinalizer) === true;
}

/** A pod on its way out counts as failed, since it may never reach that phase; unless the Job waits for the phase. */
export function countsAsFailed(job: batchv1.Job, pod: corev1.Pod): boolean {
  const phase = pod.status?.phase;
  if (phase === "Failed") return true;
  if (!isDeleting(pod) || phase === "Succeeded") return false;
  return !replacesOnlyFailed(job) || phase === "Pending" || phase === undefined;
}

export function viewJob(job: batchv1.Job, pods: readonly corev1.Pod[]): JobView {
  const uncounted = uncountedUids(job);
  const fresh = pods.filter((pod) => hasTrackingFinalizer(pod) && !uncounted.has(pod.metadata.uid));
  const newlySucceeded = fresh.filter((pod) => pod.status?.phase === "Succeeded" && !isIndexOutside(job, pod));
  const newlyFailed = fresh.filter((pod) => countsAsFailed(job, pod) && !isIndexOutside(job, pod));
  const ignored = new Set(
    newlyFailed.filter((pod) => decideFailure(job.spec.podFailurePolicy, pod).action === "Ignore"),
  );
  const active = pods.filter((pod) => isActive(pod));
  const counted = job.status?.uncountedTerminatedPods;
  const succeededIndexes = indexesSucceeded(job, newlySucceeded);
  return {
    job,
    pods,
    active,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter(isPodTerminating).length,
    newlySucceeded,
    newlyFailed,
    ignored,
    succeeded: isIndexed(job)
      ? succeededIndexes.size
      : (job.status?.succeeded ?? 0) + (counted?.succeeded?.length ?? 0) + newlySucceeded.length,
    failed: (job.status?.failed ?? 0) + (counted?.failed?.length ?? 0) + newlyFailed.length - ignored.size,
    succeededIndexes,
  };
}

function isActive(pod: corev1.Pod): boolean {
  const phase = pod.status?.phase;
  return phase !== "Succeeded" && phase !== "Failed" && !isDeleting(pod);
}

export function uncountedUids(job: batchv1.Job): ReadonlySet<string> {
  const { succeeded, failed } = job.status?.uncountedTerminatedPods ?? {};
  return new Set([...(succeeded ?? []), ...(failed ?? [])]);
}

/** The pod belongs to an Indexed Job but to none of its indexes (any more). */
export function isIndexOutside(job: batchv1.Job, pod: corev1.Pod): boolean {
  if (!isIndexed(job)) return false;
  const index = completionIndexOf(pod);
  return index === undefined || index >= (job.spec.completions ?? 0);
}

function indexesSucceeded(job: batchv1.Job, newly: readonly corev1.Pod[]): ReadonlySet<number> {
  if (!isIndexed(job)) return new Set();
  const indexes = parseIndexes(job.status?.completedIndexes, job.spec.completions ?? 0);
  for (const pod of newly) indexes.add(completionIndexOf(pod)!);
  return indexes;
}
