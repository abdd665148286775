/** Scaling in the middle of a rollout: every active replica set takes its share, so that the risk of the rollout stays what it was. Pure. */
import type { appsv1 } from "../../api/mod.ts";
import { byCreation } from "../support/object.ts";
import { desiredReplicasOf, maxReplicasOf } from "./annotations.ts";
import { activeOrLatest, activeSets, isRollingUpdate, maxSurgeOf, replicasOf, sumReplicas } from "./replica-sets.ts";
import type { ScaleDecision } from "./rolling-update.ts";

export interface ScaleState {
  readonly deployment: appsv1.Deployment;
  readonly newSet: appsv1.ReplicaSet | undefined;
  readonly oldSets: readonly appsv1.ReplicaSet[];
}

/** The deployment's size changed since its active sets were last scaled. */
export function isScalingEvent(deployment: appsv1.Deployment, sets: readonly appsv1.ReplicaSet[]): boolean {
  return activeSets(sets).some((set) => {
    const desired = desiredReplicasOf(set);
    return desired !== undefined && desired !== replicasOf(deployment);
  });
}

/** Sizes for each set, without rolling anything out. */
export function proportionalScale(state: ScaleState): ScaleDecision[] {
  const { deployment, newSet, oldSets } = state;
  const only = activeOrLatest(newSet, oldSets);
  if (only !== undefined) return [{ set: only, replicas: replicasOf(deployment) }];
  if (isSaturated(deployment, newSet)) return activeSets(oldSets).map((set) => ({ set, replicas: 0 }));
  if (!isRollingUpdate(deployment)) return [];
  return shareOut(deployment, activeSets(newSet === undefined ? oldSets : [...oldSets, newSet]));
}

/** The new set has and serves everything: old sets are leftovers. */
function isSaturated(deployment: appsv1.Deployment, newSet: appsv1.ReplicaSet | undefined): boolean {
  if (newSet === undefined) return false;
  const wanted = replicasOf(deployment);
  return (
    replicasOf(newSet) === wanted &&
    desiredReplicasOf(newSet) === wanted &&
    (newSet.status?.availableReplicas ?? 0) === wanted
  );
}

function shareOut(deployment: appsv1.Deployment, sets: readonly appsv1.ReplicaSet[]): ScaleDecision[] {
  const wanted = replicasOf(deployment);
  const allowed = wanted > 0 ? wanted + maxSurgeOf(deployment) : 0;
  const toAdd = allowed - sumReplicas(sets);
  const ordered = [...sets].sort(
    (a, b) => replicasOf(b) - replicasOf(a) || (toAdd > 0 ? byCreation(b, a) : byCreation(a, b)),
  );
  let added = 0;
  const sizes = ordered.map((set) => {
    const share = shareOf(deployment, set, toAdd, added);
    added += share;
    return replicasOf(set) + share;
  });
  // What rounding left over goes to the largest set.
  if (sizes.length > 0) sizes[0] = Math.max(0, sizes[0]! + toAdd - added);
  return ordered.map((set, index) => ({ set, replicas: sizes[index]! }));
}

function shareOf(deployment: appsv1.Deployment, set: appsv1.ReplicaSet, toAdd: number, added: number): number {
  if (toAdd === added || replicasOf(set) === 0) return 0;
  const fraction = growthOf(deployment, set);
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

/** How much the set grows if it keeps its part of the whole. */
function growthOf(deployment: appsv1.Deployment, set: appsv1.ReplicaSet): number {
  const wanted = replicasOf(deployment);
  if (wanted === 0) return -replicasOf(set);
  const before = maxReplicasOf(set) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((replicasOf(set) * (wanted + maxSurgeOf(deployment))) / before) - replicasOf(set);
}
