/** Failures per index of an Indexed Job with backoffLimitPerIndex (KEP-3850). Pure. */
import type { batchv1, corev1 } from "../../api/mod.ts";
import { isDeleting } from "../support/object.ts";
import { indexFailures } from "./backoff.ts";
import { completionIndexOf, parseIndexes } from "./indexes.ts";
import { countsAsFailed, hasTrackingFinalizer, isIndexOutside, type JobView } from "./job-view.ts";
import { decideFailure } from "./pod-failure-policy.ts";

export function hasIndexLimit(job: batchv1.Job): boolean {
  return job.spec.completionMode === "Indexed" && job.spec.backoffLimitPerIndex !== undefined;
}

/** Indexes that have failed for good: by status, or because a pod says so. Undefined where the Job has no limit per index. */
export function failedIndexes(view: JobView): Set<number> | undefined {
  const { job } = view;
  if (!hasIndexLimit(job)) return undefined;
  const indexes = parseIndexes(job.status?.failedIndexes, job.spec.completions ?? 0);
  for (const pod of view.pods) {
    const index = completionIndexOf(pod);
    if (index === undefined || isIndexOutside(job, pod) || !hasTrackingFinalizer(pod)) continue;
    if (countsAsFailed(job, pod) && isLastFailure(job, pod)) indexes.add(index);
  }
  return indexes;
}

function isLastFailure(job: batchv1.Job, pod: corev1.Pod): boolean {
  const { action } = decideFailure(job.spec.podFailurePolicy, pod);
  if (action === "FailIndex") return true;
  if (action === "Ignore") return false;
  return indexFailures(pod).counted >= (job.spec.backoffLimitPerIndex ?? 0);
}

/** For each index without a running pod, its last failed pod: its finalizer stays until a replacement carries the count on. */
export function lastFailedPods(view: JobView): Map<number, corev1.Pod> {
  const last = new Map<number, corev1.Pod>();
  for (const pod of view.pods) {
    const index = completionIndexOf(pod);
    if (index === undefined || !hasTrackingFinalizer(pod) || !countsAsFailed(view.job, pod)) continue;
    const other = last.get(index);
    if (other === undefined || failuresOf(pod) >= failuresOf(other)) last.set(index, pod);
  }
  return last;
}

function failuresOf(pod: corev1.Pod): number {
  const { counted, ignored } = indexFailures(pod);
  return counted + ignored;
}

/** The counts that the replacement of this pod starts with. */
export function nextFailureCounts(job: batchv1.Job, previous: corev1.Pod | undefined) {
  if (previous === undefined) return { counted: 0, ignored: 0 };
  const { counted, ignored } = indexFailures(previous);
  const isIgnored = decideFailure(job.spec.podFailurePolicy, previous).action === "Ignore";
  return isIgnored ? { counted, ignored: ignored + 1 } : { counted: counted + 1, ignored };
}

/** Indexes with a pod that still runs, or that is going away where only failed pods are replaced. */
export function occupiedIndexes(pods: readonly corev1.Pod[]): Set<number> {
  return new Set(pods.flatMap((pod) => completionIndexOf(pod) ?? []));
}

export function isRunningOut(pod: corev1.Pod): boolean {
  return isDeleting(pod) && pod.status?.phase !== "Succeeded" && pod.status?.phase !== "Failed";
}
