/** Which pods a Job creates and which it deletes now. Pure. */
import type { batchv1, corev1 } from "../../api/mod.ts";
import { compareText } from "../support/object.ts";
import { compareForDeletion } from "../support/pod-ranking.ts";
import { failedIndexes, isRunningOut, lastFailedPods, occupiedIndexes } from "./failed-indexes.ts";
import { completionIndexOf } from "./indexes.ts";
import { isIndexed, type JobView, replacesOnlyFailed } from "./job-view.ts";

/** Most pods created or deleted in one sync. */
const maxPerSync = 500;

export interface JobPlan {
  readonly deletes: readonly corev1.Pod[];
  /** Pods to create; of an Indexed Job, `indexes` names one for each. */
  readonly creates: number;
  readonly indexes: readonly number[];
}

const nothing: JobPlan = Object.freeze({ deletes: [], creates: 0, indexes: [] });

/** Either deletions or creations, never both in one sync: the indexes that deletions free are used by the next one. */
export function planJob(view: JobView, now: number): JobPlan {
  if (view.job.spec.suspend === true) return { ...nothing, deletes: view.active.slice(0, maxPerSync) };
  const wanted = wantedActive(view);
  const deletes = podsForRemoval(view, Math.max(0, view.active.length - wanted), now);
  if (deletes.length > 0) return { ...nothing, deletes: deletes.slice(0, maxPerSync) };
  const leaving = replacesOnlyFailed(view.job) ? view.terminating : 0;
  const missing = Math.min(maxPerSync, wanted - leaving - view.active.length);
  if (missing <= 0) return nothing;
  if (!isIndexed(view.job)) return { ...nothing, creates: missing };
  const indexes = freeIndexes(view, missing);
  return { ...nothing, creates: indexes.length, indexes };
}

function wantedActive(view: JobView): number {
  const { completions, parallelism = 1 } = view.job.spec;
  if (completions === undefined) return view.succeeded > 0 ? view.active.length : parallelism;
  const lost = failedIndexes(view)?.size ?? 0;
  return Math.max(0, Math.min(parallelism, completions - view.succeeded - lost));
}

/** At least `count` active pods; of an Indexed Job first those that double an index or have none. */
function podsForRemoval(view: JobView, count: number, now: number): corev1.Pod[] {
  const ranked = [...view.active].sort((a, b) => compareForDeletion({ pod: a, crowd: 0 }, { pod: b, crowd: 0 }, now));
  if (!isIndexed(view.job)) return ranked.slice(0, count);
  const misplaced = misplacedPods(view.job, ranked);
  const others = ranked.filter((pod) => !misplaced.has(pod));
  return [...misplaced, ...others.slice(0, Math.max(0, count - misplaced.size))];
}

/** Of pods that share an index, the one that would be deleted last stays. */
function misplacedPods(job: batchv1.Job, ranked: readonly corev1.Pod[]): Set<corev1.Pod> {
  const misplaced = new Set<corev1.Pod>();
  const taken = new Set<number>();
  for (const pod of ranked.toReversed()) {
    const index = completionIndexOf(pod);
    if (index === undefined || index >= (job.spec.completions ?? 0) || taken.has(index)) misplaced.add(pod);
    else taken.add(index);
  }
  return misplaced;
}

/** The lowest indexes that have neither succeeded, nor failed for good, nor a pod. */
function freeIndexes(view: JobView, count: number): number[] {
  const leaving = replacesOnlyFailed(view.job) ? view.pods.filter(isRunningOut) : [];
  const occupied = occupiedIndexes([...view.active, ...leaving]);
  const lost = failedIndexes(view) ?? new Set();
  const free: number[] = [];
  for (let index = 0; index < (view.job.spec.completions ?? 0) && free.length < count; index += 1) {
    if (!view.succeededIndexes.has(index) && !occupied.has(index) && !lost.has(index)) free.push(index);
  }
  return free;
}

/** Failed pods whose finalizer has to stay, since their replacement reads the failure count from them. */
export function keptForReplacement(view: JobView): ReadonlySet<corev1.Pod> {
  const lost = failedIndexes(view);
  if (lost === undefined) return new Set();
  const occupied = occupiedIndexes(view.active);
  const kept = [...lastFailedPods(view)].filter(
    ([index]) => !occupied.has(index) && !lost.has(index) && !view.succeededIndexes.has(index),
  );
  return new Set(kept.map(([, pod]) => pod));
}

/** Oldest first, so that a bounded sync counts in the order in which things happened. */
export function byAge(a: corev1.Pod, b: corev1.Pod): number {
  return compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp);
}
