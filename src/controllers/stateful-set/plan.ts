/** The next step of a StatefulSet: which pods to create, which to delete, which to mend. Pure. */
import type { appsv1, corev1 } from "../../api/mod.ts";
import { scaledValue } from "../support/int-or-percent.ts";
import { isDeleting } from "../support/object.ts";
import { isPodAvailable, isPodReady, isPodTerminal } from "../support/pod-state.ts";
import { identityMatches, ordinalOf, revisionOf, startOrdinal, wantedOrdinals, wantedReplicas } from "./identity.ts";

export interface SetState {
  readonly set: appsv1.StatefulSet;
  readonly pods: readonly corev1.Pod[];
  /** Names of the revisions that running pods have and that they shall have. */
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly now: number;
}

export interface SetPlan {
  readonly creates: readonly { readonly ordinal: number; readonly revision: string }[];
  readonly deletes: readonly corev1.Pod[];
  /** Pods whose identity labels or claims were changed by somebody. */
  readonly repairs: readonly corev1.Pod[];
}

interface Draft {
  readonly creates: { ordinal: number; revision: string }[];
  readonly deletes: corev1.Pod[];
  readonly repairs: corev1.Pod[];
}

/** With ordered management at most one pod is touched, and only when all before it are well. */
export function planSet(state: SetState): SetPlan {
  const plan: Draft = { creates: [], deletes: [], repairs: [] };
  if (isDeleting(state.set)) return plan;
  const byOrdinal = podsByOrdinal(state);
  const settled = planReplicas(state, byOrdinal, plan);
  if (!settled) return plan;
  if (!planScaleDown(state, byOrdinal, plan)) return plan;
  if (state.set.spec.updateStrategy?.type !== "OnDelete") planUpdate(state, byOrdinal, plan);
  return plan;
}

function podsByOrdinal(state: SetState): Map<number, corev1.Pod> {
  const entries = state.pods.flatMap((pod): [number, corev1.Pod][] => {
    const ordinal = ordinalOf(state.set, pod);
    return ordinal === undefined ? [] : [[ordinal, pod]];
  });
  return new Map(entries);
}

function isOrdered(set: appsv1.StatefulSet): boolean {
  return set.spec.podManagementPolicy !== "Parallel";
}

/** False where an ordered set has to wait for something before it goes on. */
function planReplicas(state: SetState, pods: ReadonlyMap<number, corev1.Pod>, plan: Draft): boolean {
  const ordered = isOrdered(state.set);
  for (const ordinal of wantedOrdinals(state.set)) {
    const done = planReplica(state, pods.get(ordinal), ordinal, plan);
    if (ordered && !done) return false;
  }
  return ordered || plan.creates.length === 0;
}

/** True where this ordinal's pod is all that it should be. */
function planReplica(state: SetState, pod: corev1.Pod | undefined, ordinal: number, plan: Draft): boolean {
  if (pod === undefined) {
    plan.creates.push({ ordinal, revision: revisionFor(state, ordinal) });
    return false;
  }
  if (isPodTerminal(pod)) {
    if (!isDeleting(pod)) plan.deletes.push(pod);
    return false;
  }
  if (isDeleting(pod)) return false;
  if (!identityMatches(state.set, pod)) plan.repairs.push(pod);
  return isAvailable(state, pod);
}

/** Below the partition a pod comes back as it was; otherwise as it shall be. */
function revisionFor(state: SetState, ordinal: number): string {
  const { set, currentRevision, updateRevision } = state;
  if (set.spec.updateStrategy?.type === "OnDelete") return updateRevision;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition;
  const kept = partition ?? set.status?.currentReplicas ?? 0;
  return ordinal < startOrdinal(set) + kept ? currentRevision : updateRevision;
}

function isRunningAndReady(pod: corev1.Pod): boolean {
  return pod.status?.phase === "Running" && isPodReady(pod);
}

function isAvailable(state: SetState, pod: corev1.Pod): boolean {
  return isRunningAndReady(pod) && isPodAvailable(pod, state.set.spec.minReadySeconds ?? 0, state.now);
}

function isHealthy(pod: corev1.Pod): boolean {
  return isRunningAndReady(pod) && !isDeleting(pod);
}

/** Removes what is above the wanted ordinals (or below the start), the highest first. False where it has to wait. */
function planScaleDown(state: SetState, pods: ReadonlyMap<number, corev1.Pod>, plan: Draft): boolean {
  const wanted = new Set(wantedOrdinals(state.set));
  const condemned = [...pods].filter(([ordinal]) => !wanted.has(ordinal)).sort(([a], [b]) => b - a);
  const ordered = isOrdered(state.set);
  const firstUnhealthy = firstUnhealthyPod(pods);
  for (const [, pod] of condemned) {
    if (isDeleting(pod)) {
      if (ordered) return false;
      continue;
    }
    // One that is not well yet waits for its predecessors to be; but the first unhealthy pod may always go.
    if (ordered && !isAvailable(state, pod) && pod !== firstUnhealthy) return false;
    plan.deletes.push(pod);
    if (ordered) return false;
  }
  return true;
}

function firstUnhealthyPod(pods: ReadonlyMap<number, corev1.Pod>): corev1.Pod | undefined {
  const unhealthy = [...pods].filter(([, pod]) => !isHealthy(pod)).sort(([a], [b]) => a - b);
  return unhealthy[0]?.[1];
}

/**
 * From the highest ordinal down to the partition, pods of another revision are deleted as far as `maxUnavailable` allows. An old pod that
 * serves nobody costs nothing to replace, but a broken new pod above it stops a rollout that goes one by one.
 */
function planUpdate(state: SetState, pods: ReadonlyMap<number, corev1.Pod>, plan: Draft): void {
  const { set, updateRevision } = state;
  const oneByOne = maxUnavailable(set) === 1;
  let budget = maxUnavailable(set) - countUnavailable(state, pods);
  let blocked = false;
  const lowest = startOrdinal(set) + (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  for (const ordinal of wantedOrdinals(set).reverse()) {
    const pod = pods.get(ordinal);
    if (ordinal < lowest) return;
    if (pod === undefined || isDeleting(pod) || revisionOf(pod) === updateRevision) {
      blocked ||= pod === undefined || isDeleting(pod) || !isAvailable(state, pod);
      continue;
    }
    const isFree = !isAvailable(state, pod) && !(oneByOne && blocked);
    if (!isFree && budget <= 0) return;
    plan.deletes.push(pod);
    if (oneByOne) return;
    if (!isFree) budget -= 1;
  }
}

function countUnavailable(state: SetState, pods: ReadonlyMap<number, corev1.Pod>): number {
  return wantedOrdinals(state.set).filter((ordinal) => {
    const pod = pods.get(ordinal);
    return pod === undefined || isDeleting(pod) || !isAvailable(state, pod);
  }).length;
}

function maxUnavailable(set: appsv1.StatefulSet): number {
  const value = set.spec.updateStrategy?.rollingUpdate?.maxUnavailable;
  if (value === undefined) return 1;
  return Math.max(1, scaledValue(value, { total: wantedReplicas(set), roundUp: false }));
}
