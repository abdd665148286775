/** A deployment's status from its replica sets: counts, and the conditions Available, Progressing and ReplicaFailure. Pure. */
import { type appsv1, findCondition, formatTime } from "../../api/mod.ts";
import { withoutCondition } from "../support/conditions.ts";
import { parseTime } from "../support/object.ts";
import { maxUnavailableOf, replicasOf, sumReplicas, sumStatus } from "./replica-sets.ts";

export const reasons = Object.freeze({
  newSetCreated: "NewReplicaSetCreated",
  newSetFound: "FoundNewReplicaSet",
  newSetAvailable: "NewReplicaSetAvailable",
  setUpdated: "ReplicaSetUpdated",
  createFailed: "ReplicaSetCreateError",
  timedOut: "ProgressDeadlineExceeded",
  paused: "DeploymentPaused",
  resumed: "DeploymentResumed",
  minimumAvailable: "MinimumReplicasAvailable",
  minimumUnavailable: "MinimumReplicasUnavailable",
});

const noDeadline = 2 ** 31 - 1;

export interface StatusInput {
  readonly deployment: appsv1.Deployment;
  readonly newSet: appsv1.ReplicaSet | undefined;
  /** Old and new ones. */
  readonly sets: readonly appsv1.ReplicaSet[];
  readonly now: number;
}

export function hasProgressDeadline(deployment: appsv1.Deployment): boolean {
  return (deployment.spec.progressDeadlineSeconds ?? noDeadline) !== noDeadline;
}

/** Counts and the Available condition; the other conditions as they were. */
export function calculateStatus(input: StatusInput): appsv1.DeploymentStatus {
  const { deployment, newSet, sets } = input;
  const available = sumStatus(sets, "availableReplicas");
  const enough = available >= replicasOf(deployment) - maxUnavailableOf(deployment);
  const content = enough
    ? condition("Available", "True", reasons.minimumAvailable, "Deployment has minimum availability.")
    : condition("Available", "False", reasons.minimumUnavailable, "Deployment does not have minimum availability.");
  return {
    ...withoutZeros({
      observedGeneration: deployment.metadata.generation ?? 0,
      replicas: sumStatus(sets, "replicas"),
      updatedReplicas: newSet === undefined ? 0 : sumStatus([newSet], "replicas"),
      readyReplicas: sumStatus(sets, "readyReplicas"),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, sumReplicas(sets) - available),
    }),
    terminatingReplicas: sumStatus(sets, "terminatingReplicas"),
    ...(deployment.status?.collisionCount === undefined ? {} : { collisionCount: deployment.status.collisionCount }),
    conditions: setDeploymentCondition(deployment.status?.conditions ?? [], content, input.now),
  };
}

/** `calculateStatus` with the conditions of a rollout in course. */
export function rolloutStatus(input: StatusInput): appsv1.DeploymentStatus {
  const { deployment, now } = input;
  const status = calculateStatus(input);
  let conditions = status.conditions ?? [];
  if (!hasProgressDeadline(deployment)) conditions = withoutCondition(conditions, "Progressing");
  else if (!isSettled(deployment, status)) conditions = progress(input, { ...status, conditions });
  const failure = replicaFailure(input);
  conditions =
    failure === undefined
      ? withoutCondition(conditions, "ReplicaFailure")
      : setDeploymentCondition(conditions, failure, now);
  return { ...status, conditions };
}

/** Nothing has begun since the last rollout finished: its condition is not touched again, whatever its pods do. */
function isSettled(deployment: appsv1.Deployment, status: appsv1.DeploymentStatus): boolean {
  const current = findCondition(deployment.status?.conditions, "Progressing");
  return (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === reasons.newSetAvailable;
}

function progress(input: StatusInput, status: appsv1.DeploymentStatus): appsv1.DeploymentCondition[] {
  const { deployment, newSet, now } = input;
  const subject = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const conditions = status.conditions ?? [];
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return setDeploymentCondition(conditions, condition("Progressing", "True", reasons.newSetAvailable, message), now);
  }
  if (hasProgressed(deployment, status)) {
    const content = condition("Progressing", "True", reasons.setUpdated, `${subject} is progressing.`);
    return setDeploymentCondition(conditions, content, now, { refresh: true });
  }
  if (hasTimedOut(deployment, status, now)) {
    const content = condition("Progressing", "False", reasons.timedOut, `${subject} has timed out progressing.`);
    return setDeploymentCondition(conditions, content, now);
  }
  return conditions;
}

/** All pods are of the new template, available, and none is left over. */
export function isComplete(deployment: appsv1.Deployment, status: appsv1.DeploymentStatus): boolean {
  const wanted = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Compared with the status last written, the rollout has come further. */
function hasProgressed(deployment: appsv1.Deployment, status: appsv1.DeploymentStatus): boolean {
  const old = deployment.status ?? {};
  return (
    (status.updatedReplicas ?? 0) > (old.updatedReplicas ?? 0) ||
    leftover(status) < leftover(old) ||
    (status.readyReplicas ?? 0) > (old.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (old.availableReplicas ?? 0)
  );
}

function leftover(status: appsv1.DeploymentStatus): number {
  return (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
}

/** No progress for longer than the deadline. */
function hasTimedOut(deployment: appsv1.Deployment, status: appsv1.DeploymentStatus, now: number): boolean {
  const current = findCondition(status.conditions, "Progressing");
  if (!hasProgressDeadline(deployment) || current === undefined) return false;
  if (current.reason === reasons.newSetAvailable) return false;
  if (current.reason === reasons.timedOut) return true;
  return deadlineOf(deployment, current) < now;
}

/** Milliseconds until the deployment has to be looked at again for its deadline; undefined where no deadline runs. */
export function progressCheckIn(
  deployment: appsv1.Deployment,
  status: appsv1.DeploymentStatus,
  now: number,
): number | undefined {
  const current = findCondition(deployment.status?.conditions, "Progressing");
  if (!hasProgressDeadline(deployment) || current === undefined) return undefined;
  if (isComplete(deployment, status) || current.reason === reasons.timedOut) return undefined;
  // One second late rather than early: times on the wire are whole seconds.
  return Math.max(0, deadlineOf(deployment, current) - now) + 1000;
}

function deadlineOf(deployment: appsv1.Deployment, current: appsv1.DeploymentCondition): number {
  return parseTime(current.lastUpdateTime) + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000;
}

/** A replica set that cannot make its pods, the new one's word first. */
function replicaFailure(input: StatusInput): DeploymentConditionContent | undefined {
  const sets = input.newSet === undefined ? input.sets : [input.newSet, ...input.sets];
  for (const set of sets) {
    const failure = findCondition(set.status?.conditions, "ReplicaFailure");
    if (failure) return condition("ReplicaFailure", failure.status, failure.reason ?? "", failure.message ?? "");
  }
  return undefined;
}

export interface DeploymentConditionContent {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export function condition(type: string, status: string, reason: string, message: string): DeploymentConditionContent {
  return { type, status, reason, message };
}

/** The list with this condition. `refresh` moves its update time, from which the progress deadline counts, though nothing else changed. */
export function setDeploymentCondition(
  conditions: readonly appsv1.DeploymentCondition[],
  content: DeploymentConditionContent,
  now: number,
  options: { readonly refresh?: boolean } = {},
): appsv1.DeploymentCondition[] {
  const old = findCondition(conditions, content.type);
  if (!options.refresh && old?.status === content.status && old.reason === content.reason) return [...conditions];
  const keptTime = old?.status === content.status ? old.lastTransitionTime : undefined;
  const time = formatTime(now);
  const fresh = { ...content, lastUpdateTime: time, lastTransitionTime: keptTime ?? time };
  return [...withoutCondition(conditions, content.type), fresh];
}

/** Counts that are 0 are absent on the wire. */
function withoutZeros<T extends Record<string, number>>(counts: T): Partial<T> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)) as Partial<T>;
}
