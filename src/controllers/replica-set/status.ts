/** A replica set's status from its pods. Pure. */
import { type appsv1, type corev1, findCondition } from "../../api/mod.ts";
import { setCondition, withoutCondition } from "../support/conditions.ts";
import { messageOf } from "../support/pod-control.ts";
import { availableIn, isPodReady } from "../support/pod-state.ts";
import type { Replicated } from "./replicated.ts";
import { wantedReplicas } from "./replicated.ts";

export interface ReplicaStatusInput {
  readonly owner: Replicated;
  readonly activePods: readonly corev1.Pod[];
  /** Absent where the kind does not count them. */
  readonly terminatingPods?: readonly corev1.Pod[];
  /** How far this sync was from the wanted number, and why it could not close the gap. */
  readonly failure?: { readonly error: unknown; readonly difference: number };
  readonly now: number;
}

export interface ReplicaStatus {
  readonly status: appsv1.ReplicaSetStatus;
  /** Milliseconds until a ready pod becomes available; undefined where none is waiting. */
  readonly checkIn?: number;
}

export function replicaStatus(input: ReplicaStatusInput): ReplicaStatus {
  const { owner, activePods, now } = input;
  const labels = Object.entries(owner.spec.template?.metadata?.labels ?? {});
  const ready = activePods.filter(isPodReady);
  const waits = ready.map((pod) => availableIn(pod, owner.spec.minReadySeconds ?? 0, now) ?? Number.POSITIVE_INFINITY);
  const pending = waits.filter((wait) => wait > 0 && Number.isFinite(wait));
  const labeled = activePods.filter((pod) => labels.every(([key, value]) => pod.metadata.labels?.[key] === value));
  const status: appsv1.ReplicaSetStatus = {
    replicas: activePods.length,
    ...positive("fullyLabeledReplicas", labeled.length),
    ...positive("readyReplicas", ready.length),
    ...positive("availableReplicas", waits.filter((wait) => wait === 0).length),
    ...positive("observedGeneration", owner.metadata.generation ?? 0),
    ...terminating(input),
    ...conditions(input),
  };
  return pending.length === 0 ? { status } : { status, checkIn: Math.min(...pending) };
}

/** Counts that are 0 are absent on the wire. */
function positive(name: keyof appsv1.ReplicaSetStatus, count: number): Partial<appsv1.ReplicaSetStatus> {
  return count > 0 ? { [name]: count } : {};
}

function terminating(input: ReplicaStatusInput): Partial<appsv1.ReplicaSetStatus> {
  return input.terminatingPods === undefined ? {} : { terminatingReplicas: input.terminatingPods.length };
}

function conditions(input: ReplicaStatusInput): Pick<appsv1.ReplicaSetStatus, "conditions"> {
  const present = input.owner.status?.conditions ?? [];
  const list = withFailure(present, input) as appsv1.ReplicaSetCondition[];
  return list.length > 0 ? { conditions: list } : {};
}

function withFailure(present: readonly appsv1.ReplicaSetCondition[], input: ReplicaStatusInput) {
  if (input.failure === undefined) return withoutCondition(present, "ReplicaFailure");
  if (findCondition(present, "ReplicaFailure") !== undefined) return [...present];
  const reason = input.failure.difference < 0 ? "FailedCreate" : "FailedDelete";
  const message = messageOf(input.failure.error);
  return setCondition(present, { type: "ReplicaFailure", status: "True", reason, message }, input.now);
}

/** The status says what it said before, of the same generation. */
export function sameReplicaStatus(a: appsv1.ReplicaSetStatus | undefined, b: appsv1.ReplicaSetStatus): boolean {
  return (
    a !== undefined &&
    a.replicas === b.replicas &&
    a.fullyLabeledReplicas === b.fullyLabeledReplicas &&
    a.readyReplicas === b.readyReplicas &&
    a.availableReplicas === b.availableReplicas &&
    a.terminatingReplicas === b.terminatingReplicas &&
    a.observedGeneration === b.observedGeneration &&
    JSON.stringify(a.conditions ?? []) === JSON.stringify(b.conditions ?? [])
  );
}

/** Pods missing (negative) or too many. */
export function replicaDifference(owner: Replicated, active: number): number {
  return active - wantedReplicas(owner);
}
