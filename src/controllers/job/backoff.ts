/** When a Job may replace a failed pod: ten seconds after the first failure in a row, then twice as long each time. Pure. */
import type { corev1 } from "../../api/mod.ts";
import { parseTime } from "../support/object.ts";

const baseDelayMs = 10_000;
const maxDelayMs = 600_000;

export const indexFailureCountAnnotation = "batch.kubernetes.io/job-index-failure-count";
export const indexIgnoredFailureCountAnnotation = "batch.kubernetes.io/job-index-ignored-failure-count";

/** Failures since the last success, and when the newest of them happened (milliseconds). */
export interface BackoffRecord {
  readonly failures: number;
  readonly lastFailure: number;
}

export const noFailures: BackoffRecord = Object.freeze({ failures: 0, lastFailure: 0 });

/** The record after these pods finished; they may come in any order. */
export function recordFinished(
  record: BackoffRecord,
  finished: { readonly succeeded: readonly corev1.Pod[]; readonly failed: readonly corev1.Pod[] },
  now: number,
): BackoffRecord {
  const events = [
    ...finished.succeeded.map((pod) => ({ time: finishTime(pod, now), failed: false })),
    ...finished.failed.map((pod) => ({ time: finishTime(pod, now), failed: true })),
  ].sort((a, b) => a.time - b.time);
  let { failures, lastFailure } = record;
  for (const event of events) {
    failures = event.failed ? failures + 1 : 0;
    if (event.failed) lastFailure = Math.max(lastFailure, event.time);
  }
  return { failures, lastFailure };
}

/** Milliseconds from `now` until the next pod may be created. */
export function backoffRemaining(record: BackoffRecord, now: number): number {
  if (record.failures === 0) return 0;
  const delay = Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(record.failures - 1, 16));
  return Math.max(0, record.lastFailure + delay - now);
}

/** The newest end of a container; failing that, the request to delete; failing that, now. */
function finishTime(pod: corev1.Pod, now: number): number {
  const ends = (pod.status?.containerStatuses ?? []).map((status) => parseTime(status.state?.terminated?.finishedAt));
  const newest = Math.max(0, ...ends);
  if (newest > 0) return newest;
  if (pod.metadata.deletionTimestamp !== undefined) {
    return parseTime(pod.metadata.deletionTimestamp) - (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  }
  const ready = pod.status?.conditions?.find((condition) => condition.type === "Ready");
  return ready?.lastTransitionTime === undefined ? now : parseTime(ready.lastTransitionTime);
}

/** Failures of this index before and including this pod, ignored ones apart. */
export function indexFailures(pod: corev1.Pod): { readonly counted: number; readonly ignored: number } {
  return {
    counted: numberOf(pod, indexFailureCountAnnotation),
    ignored: numberOf(pod, indexIgnoredFailureCountAnnotation),
  };
}

function numberOf(pod: corev1.Pod, annotation: string): number {
  const text = pod.metadata.annotations?.[annotation];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : 0;
}
