/** Which replica set is a deployment's new one, which are old; sums over sets; the bounds that the strategy sets. Pure. */
import type { appsv1, corev1 } from "../../api/mod.ts";
import { scaledValue } from "../support/int-or-percent.ts";
import { byCreation } from "../support/object.ts";
import { templatesEqual } from "../support/pod-templates.ts";
import { revisionOf } from "./annotations.ts";

export const templateHashLabel = "pod-template-hash";

/** Whether the set makes the deployment's pods; the hash label is the controller's own. */
export function hasTemplateOf(deployment: appsv1.Deployment, set: appsv1.ReplicaSet): boolean {
  return templatesEqual(withoutHash(set.spec.template), withoutHash(deployment.spec.template));
}

function withoutHash(template: corev1.PodTemplateSpec | undefined): corev1.PodTemplateSpec {
  const { [templateHashLabel]: _, ...labels } = template?.metadata?.labels ?? {};
  return { ...template, metadata: { ...template?.metadata, labels } };
}

/** The oldest set with the deployment's template: after a rollback it is an old set that is current again. */
export function findNewSet(
  deployment: appsv1.Deployment,
  sets: readonly appsv1.ReplicaSet[],
): appsv1.ReplicaSet | undefined {
  return [...sets].sort(byCreation).find((set) => hasTemplateOf(deployment, set));
}

export function oldSetsOf(
  newSet: appsv1.ReplicaSet | undefined,
  sets: readonly appsv1.ReplicaSet[],
): appsv1.ReplicaSet[] {
  return sets.filter((set) => set.metadata.uid !== newSet?.metadata.uid);
}

/** Sets that want pods. */
export function activeSets(sets: readonly appsv1.ReplicaSet[]): appsv1.ReplicaSet[] {
  return sets.filter((set) => replicasOf(set) > 0);
}

/** The one set to scale when nothing is rolling out: the only active one, or the newest if none is; undefined where several are active. */
export function activeOrLatest(
  newSet: appsv1.ReplicaSet | undefined,
  oldSets: readonly appsv1.ReplicaSet[],
): appsv1.ReplicaSet | undefined {
  const all = newSet === undefined ? [...oldSets] : [...oldSets, newSet];
  const active = activeSets(all);
  if (active.length > 1) return undefined;
  return active[0] ?? newSet ?? [...oldSets].sort(byCreation).at(-1);
}

export function replicasOf(object: { readonly spec: { readonly replicas?: number } }): number {
  return object.spec.replicas ?? 1;
}

export function sumReplicas(sets: readonly appsv1.ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + replicasOf(set), 0);
}

export type StatusCount =
  | "replicas"
  | "readyReplicas"
  | "availableReplicas"
  | "fullyLabeledReplicas"
  | "terminatingReplicas";

export function sumStatus(sets: readonly appsv1.ReplicaSet[], count: StatusCount): number {
  return sets.reduce((sum, set) => sum + (set.status?.[count] ?? 0), 0);
}

export function maxRevision(sets: readonly appsv1.ReplicaSet[]): bigint {
  let most = 0n;
  for (const revision of sets.map(revisionOf)) if (revision > most) most = revision;
  return most;
}

export function isRollingUpdate(deployment: appsv1.Deployment): boolean {
  return deployment.spec.strategy?.type !== "Recreate";
}

/** Pods above the wanted number that a rollout may make. */
export function maxSurgeOf(deployment: appsv1.Deployment): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).maxSurge : 0;
}

/** Pods below the wanted number that a rollout may take, never more than there are. */
export function maxUnavailableOf(deployment: appsv1.Deployment): number {
  if (!isRollingUpdate(deployment) || replicasOf(deployment) === 0) return 0;
  return Math.min(fenceposts(deployment).maxUnavailable, replicasOf(deployment));
}

/** Surge rounds up and unavailability down; both at 0 would stop every rollout, so one may then be unavailable. */
function fenceposts(deployment: appsv1.Deployment): { maxSurge: number; maxUnavailable: number } {
  const rolling = deployment.spec.strategy?.rollingUpdate ?? {};
  const total = replicasOf(deployment);
  const maxSurge = scaledValue(rolling.maxSurge ?? "25%", { total, roundUp: true });
  const maxUnavailable = scaledValue(rolling.maxUnavailable ?? "25%", { total, roundUp: false });
  return maxSurge === 0 && maxUnavailable === 0 ? { maxSurge, maxUnavailable: 1 } : { maxSurge, maxUnavailable };
}
