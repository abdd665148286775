/** A StatefulSet's status from its pods. Pure. */
import type { appsv1 } from "../../api/mod.ts";
import { isDeleting } from "../support/object.ts";
import { availableIn, isPodReady, isPodTerminal } from "../support/pod-state.ts";
import { revisionOf } from "./identity.ts";
import type { SetState } from "./plan.ts";

export interface SetStatus {
  readonly status: appsv1.StatefulSetStatus;
  /** Milliseconds until a ready pod becomes available; undefined where none is waiting. */
  readonly checkIn?: number;
}

export function setStatus(state: SetState, collisionCount: number): SetStatus {
  const { set, pods, currentRevision, updateRevision, now } = state;
  const ready = pods.filter((pod) => pod.status?.phase === "Running" && isPodReady(pod));
  const waits = ready.map((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, now) ?? Number.POSITIVE_INFINITY);
  const pending = waits.filter((wait) => wait > 0 && Number.isFinite(wait));
  const settled = pods.filter((pod) => !isDeleting(pod) && !isPodTerminal(pod));
  const status: appsv1.StatefulSetStatus = {
    ...optional("observedGeneration", set.metadata.generation ?? 0),
    replicas: pods.filter((pod) => !isPodTerminal(pod)).length,
    ...optional("readyReplicas", ready.length),
    availableReplicas: waits.filter((wait) => wait === 0).length,
    ...optional("currentReplicas", settled.filter((pod) => revisionOf(pod) === currentRevision).length),
    ...optional("updatedReplicas", settled.filter((pod) => revisionOf(pod) === updateRevision).length),
    currentRevision,
    updateRevision,
    collisionCount,
    ...(set.status?.conditions ? { conditions: set.status.conditions } : {}),
  };
  const complete = completeUpdate(state, status);
  return pending.length === 0 ? { status: complete } : { status: complete, checkIn: Math.min(...pending) };
}

function optional(name: keyof appsv1.StatefulSetStatus, count: number): Partial<appsv1.StatefulSetStatus> {
  return count > 0 ? { [name]: count } : {};
}

/** When every pod has the new revision and is ready, it becomes the current one. */
function completeUpdate(state: SetState, status: appsv1.StatefulSetStatus): appsv1.StatefulSetStatus {
  if (state.set.spec.updateStrategy?.type === "OnDelete") return status;
  const done = (status.updatedReplicas ?? 0) === status.replicas && (status.readyReplicas ?? 0) === status.replicas;
  if (!done) return status;
  const { currentReplicas: _, ...rest } = status;
  return {
    ...rest,
    ...optional("currentReplicas", status.updatedReplicas ?? 0),
    currentRevision: state.updateRevision,
  };
}
