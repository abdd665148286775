/**
 * Counting finished pods exactly once (KEP-2307): first their uids go into the status, then their finalizers come off, then the uids
 * become counts. A crash between any two steps repeats a step, and never counts twice or forgets. Pure: the I/O is the controller's.
 */
import type { batchv1, corev1 } from "../../api/mod.ts";
import { isDeleting } from "../support/object.ts";
import { failedIndexes } from "./failed-indexes.ts";
import { formatIndexes, parseIndexes } from "./indexes.ts";
import {
  countsAsFailed,
  hasTrackingFinalizer,
  isIndexed,
  isIndexOutside,
  type JobView,
  uncountedUids,
} from "./job-view.ts";
import type { Outcome } from "./outcome.ts";
import { byAge, keptForReplacement } from "./plan.ts";

/** Most uids that one status may carry. */
const maxUncounted = 500;

export interface Tracking {
  /** The status with everything new in it: write it before any finalizer is removed. */
  readonly status: batchv1.JobStatus;
  /** Whether that status says anything about pods that the stored one does not. */
  readonly hasNew: boolean;
  readonly release: readonly corev1.Pod[];
  /** Finished pods that did not fit; another sync is needed. */
  readonly overflow: boolean;
}

/** Uids whose pods are gone or free of the finalizer become counts. */
export function foldUncounted(job: batchv1.Job, pods: readonly corev1.Pod[]): batchv1.JobStatus {
  const held = new Set(pods.filter(hasTrackingFinalizer).map((pod) => pod.metadata.uid));
  const status: batchv1.JobStatus = { ...job.status };
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const stillSucceeded = succeeded.filter((uid) => held.has(uid));
  const stillFailed = failed.filter((uid) => held.has(uid));
  const succeededNow = (status.succeeded ?? 0) + succeeded.length - stillSucceeded.length;
  const failedNow = (status.failed ?? 0) + failed.length - stillFailed.length;
  if (succeededNow > 0) status.succeeded = succeededNow;
  if (failedNow > 0) status.failed = failedNow;
  status.uncountedTerminatedPods = lists(stillSucceeded, stillFailed);
  return status;
}

function lists(succeeded: string[], failed: string[]): batchv1.UncountedTerminatedPods {
  return { ...(succeeded.length > 0 ? { succeeded } : {}), ...(failed.length > 0 ? { failed } : {}) };
}

/** The next step of counting, given how the Job stands. */
export function trackPods(view: JobView, outcome: Outcome | undefined): Tracking {
  const { job } = view;
  const status = foldUncounted(job, view.pods);
  const uncounted = uncountedUids(job);
  const kept = outcome === undefined ? keptForReplacement(view) : new Set<corev1.Pod>();
  const candidates = view.pods.filter(
    (pod) => hasTrackingFinalizer(pod) && mayRelease(job, pod, outcome) && !kept.has(pod),
  );
  const release = candidates.sort(byAge).slice(0, maxUncounted);
  const fresh = release.filter((pod) => !uncounted.has(pod.metadata.uid) && !isIndexOutside(job, pod));
  const succeeded = fresh.filter((pod) => pod.status?.phase === "Succeeded");
  const failed = fresh.filter((pod) => countsNowAsFailed(view, pod, outcome));
  if (isIndexed(job)) countIndexes(view, status);
  else addUids(status, "succeeded", succeeded);
  addUids(status, "failed", failed);
  const hasNew = succeeded.length + failed.length > 0;
  return { status, hasNew, release, overflow: candidates.length > release.length };
}

function mayRelease(job: batchv1.Job, pod: corev1.Pod, outcome: Outcome | undefined): boolean {
  if (pod.status?.phase === "Succeeded" || countsAsFailed(job, pod)) return true;
  return isDeleting(job) || (outcome !== undefined && isDeleting(pod));
}

/** When the Job has failed, the pods that it cuts short are failures too; when it has succeeded, they are not. */
function countsNowAsFailed(view: JobView, pod: corev1.Pod, outcome: Outcome | undefined): boolean {
  if (pod.status?.phase === "Succeeded" || view.ignored.has(pod)) return false;
  if (outcome?.type === "Complete") return pod.status?.phase === "Failed";
  return countsAsFailed(view.job, pod) || outcome?.type === "Failed";
}

function addUids(status: batchv1.JobStatus, list: "succeeded" | "failed", pods: readonly corev1.Pod[]): void {
  if (pods.length === 0) return;
  const present = status.uncountedTerminatedPods ?? {};
  const uids = [...(present[list] ?? []), ...pods.map((pod) => pod.metadata.uid)];
  status.uncountedTerminatedPods = { ...present, [list]: uids };
}

/** Indexes are a set, so they need no uids to be counted once. */
function countIndexes(view: JobView, status: batchv1.JobStatus): void {
  const before = parseIndexes(status.completedIndexes, view.job.spec.completions ?? 0);
  const text = formatIndexes(new Set([...before, ...view.succeededIndexes]));
  if (text === "") delete status.completedIndexes;
  else status.completedIndexes = text;
  if (view.succeededIndexes.size > 0) status.succeeded = view.succeededIndexes.size;
  else delete status.succeeded;
  const failed = failedIndexes(view);
  if (failed !== undefined) status.failedIndexes = formatIndexes(failed);
}
