/** The sizes that a rollout's next step gives to each replica set. Pure: state in, decisions out. */
import type { appsv1 } from "../../api/mod.ts";
import { byCreation } from "../support/object.ts";
import { maxSurgeOf, maxUnavailableOf, replicasOf, sumReplicas, sumStatus } from "./replica-sets.ts";

export interface ScaleDecision {
  readonly set: appsv1.ReplicaSet;
  readonly replicas: number;
}

export interface RolloutState {
  readonly deployment: appsv1.Deployment;
  readonly newSet: appsv1.ReplicaSet;
  readonly oldSets: readonly appsv1.ReplicaSet[];
}

/** One step of a rolling update: first the new set grows (or shrinks to size); only when it may not, old sets give way. Empty: nothing to do. */
export function rollingUpdateStep(state: RolloutState): ScaleDecision[] {
  const { deployment, newSet } = state;
  const replicas = newSetSize(deployment, newSet, [...state.oldSets, newSet]);
  if (replicas !== replicasOf(newSet)) return [{ set: newSet, replicas }];
  return shrinkOldSets(state);
}

/** Size of the new set now: all at once for Recreate, up to the surge for a rolling update. `all` includes the new set if it exists. */
export function newSetSize(
  deployment: appsv1.Deployment,
  newSet: appsv1.ReplicaSet | undefined,
  all: readonly appsv1.ReplicaSet[],
): number {
  const wanted = replicasOf(deployment);
  if (deployment.spec.strategy?.type === "Recreate") return wanted;
  const present = newSet === undefined ? 0 : replicasOf(newSet);
  if (present >= wanted) return wanted;
  const room = wanted + maxSurgeOf(deployment) - sumReplicas(all);
  return room <= 0 ? present : present + Math.min(room, wanted - present);
}

function shrinkOldSets(state: RolloutState): ScaleDecision[] {
  const { deployment, newSet } = state;
  const oldSets = state.oldSets.filter((set) => replicasOf(set) > 0).sort(byCreation);
  const minAvailable = replicasOf(deployment) - maxUnavailableOf(deployment);
  const newUnavailable = replicasOf(newSet) - (newSet.status?.availableReplicas ?? 0);
  const spare = sumReplicas(oldSets) + replicasOf(newSet) - minAvailable - newUnavailable;
  if (oldSets.length === 0 || spare <= 0) return [];

  const sizes = new Map(oldSets.map((set) => [set, replicasOf(set)]));
  removeUnhealthy(sizes, spare);
  removeAvailable(sizes, sumStatus([...oldSets, newSet], "availableReplicas") - minAvailable);
  return oldSets.filter((set) => sizes.get(set) !== replicasOf(set)).map((set) => ({ set, replicas: sizes.get(set)! }));
}

/** Old pods that serve nobody go first: removing them costs no availability. */
function removeUnhealthy(sizes: Map<appsv1.ReplicaSet, number>, budget: number): void {
  let left = budget;
  for (const [set, size] of sizes) {
    const unhealthy = size - (set.status?.availableReplicas ?? 0);
    const removed = Math.max(0, Math.min(left, unhealthy));
    sizes.set(set, size - removed);
    left -= removed;
  }
}

function removeAvailable(sizes: Map<appsv1.ReplicaSet, number>, budget: number): void {
  let left = budget;
  for (const [set, size] of sizes) {
    const removed = Math.max(0, Math.min(left, size));
    sizes.set(set, size - removed);
    left -= removed;
  }
}
