/** Which old replica sets are beyond the history that a deployment keeps. Pure. */
import type { appsv1 } from "../../api/mod.ts";
import { byCreation, isDeleting } from "../support/object.ts";
import { revisionOf } from "./annotations.ts";
import { replicasOf } from "./replica-sets.ts";

const unlimited = 2 ** 31 - 1;

/** Empty ones of the oldest revisions. */
export function setsBeyondHistory(
  deployment: appsv1.Deployment,
  oldSets: readonly appsv1.ReplicaSet[],
): appsv1.ReplicaSet[] {
  const limit = deployment.spec.revisionHistoryLimit ?? unlimited;
  const candidates = oldSets.filter((set) => !isDeleting(set));
  if (limit === unlimited || candidates.length <= limit) return [];
  return candidates
    .sort((a, b) => Number(revisionOf(a) - revisionOf(b)) || byCreation(a, b))
    .slice(0, candidates.length - limit)
    .filter(isEmptyAndObserved);
}

function isEmptyAndObserved(set: appsv1.ReplicaSet): boolean {
  const observed = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
  return (set.status?.replicas ?? 0) === 0 && replicasOf(set) === 0 && observed;
}
