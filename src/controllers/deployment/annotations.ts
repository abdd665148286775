/** The annotations by which a deployment and its replica sets remember revisions and sizes. */
import type { appsv1, KubernetesObject } from "../../api/mod.ts";

export const revisionAnnotation = "deployment.kubernetes.io/revision";
export const revisionHistoryAnnotation = "deployment.kubernetes.io/revision-history";
export const desiredReplicasAnnotation = "deployment.kubernetes.io/desired-replicas";
export const maxReplicasAnnotation = "deployment.kubernetes.io/max-replicas";
const rollbackToAnnotation = "deprecated.deployment.rollback.to";

/** Kept on the deployment only: they speak about it, not about a revision of it. */
const deploymentOnly: ReadonlySet<string> = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  rollbackToAnnotation,
]);

/** Bytes of the revision history annotation; the oldest entries go first. */
const maxHistoryLength = 2000;

/** 64 bits wide: revisions that users have set may be beyond what a number holds exactly. 0 where the object carries none. */
export function revisionOf(object: KubernetesObject): bigint {
  return parseRevision(object.metadata.annotations?.[revisionAnnotation]);
}

function parseRevision(text: string | undefined): bigint {
  return text !== undefined && /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
}

/** The deployment's size when this replica set was last scaled; undefined where it never was. */
export function desiredReplicasOf(set: appsv1.ReplicaSet): number | undefined {
  return numberAnnotation(set, desiredReplicasAnnotation);
}

/** The most pods that the deployment could have when this replica set was last scaled. */
export function maxReplicasOf(set: appsv1.ReplicaSet): number | undefined {
  return numberAnnotation(set, maxReplicasAnnotation);
}

function numberAnnotation(set: appsv1.ReplicaSet, name: string): number | undefined {
  const text = set.metadata.annotations?.[name];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The two sizes as annotations, for proportional scaling later. */
export function sizeAnnotations(desired: number, max: number): Record<string, string> {
  return { [desiredReplicasAnnotation]: String(desired), [maxReplicasAnnotation]: String(max) };
}

/** What a replica set takes over from its deployment. */
function inheritedAnnotations(deployment: appsv1.Deployment): Record<string, string> {
  const own = Object.entries(deployment.metadata.annotations ?? {});
  return Object.fromEntries(own.filter(([name]) => !deploymentOnly.has(name)));
}

/**
 * Annotations of the deployment's current replica set. `revision` is what it should be; a set that is already further on keeps its own,
 * and the one it leaves is added to its history.
 */
export function newSetAnnotations(
  deployment: appsv1.Deployment,
  present: Readonly<Record<string, string>>,
  revision: bigint,
  isNew: boolean,
): Record<string, string> {
  const annotations = { ...present, ...inheritedAnnotations(deployment) };
  const old = parseRevision(present[revisionAnnotation]);
  if (old >= revision) return annotations;
  annotations[revisionAnnotation] = String(revision);
  if (!isNew && old > 0n)
    annotations[revisionHistoryAnnotation] = extendHistory(present[revisionHistoryAnnotation], old);
  return annotations;
}

function extendHistory(history: string | undefined, revision: bigint): string {
  const revisions = [...(history ? history.split(",") : []), String(revision)];
  while (revisions.length > 1 && revisions.join(",").length > maxHistoryLength) revisions.shift();
  return revisions.join(",");
}
