/** Finds or makes the replica set of a deployment's present template, and keeps revision numbers. */
import { type appsv1, clone, isAlreadyExists, isConflict, isNamespaceTerminating, resources } from "../../api/mod.ts";
import type { Client } from "../../client/mod.ts";
import { isControlledBy, newControllerReference } from "../support/controller-reference.ts";
import { contentHash } from "../support/hash.ts";
import { messageOf } from "../support/pod-control.ts";
import { newSetAnnotations, revisionAnnotation, revisionOf, sizeAnnotations } from "./annotations.ts";
import {
  findNewSet,
  hasTemplateOf,
  maxRevision,
  maxSurgeOf,
  oldSetsOf,
  replicasOf,
  templateHashLabel,
} from "./replica-sets.ts";
import { newSetSize } from "./rolling-update.ts";
import { condition, hasProgressDeadline, reasons, setDeploymentCondition } from "./status.ts";

/** A template's hash met another template's replica set: the collision count has been raised, the next sync takes another name. */
class HashCollision extends Error {}

export interface NewSetInput {
  readonly client: Client;
  readonly deployment: appsv1.Deployment;
  readonly sets: readonly appsv1.ReplicaSet[];
  readonly now: number;
  /** False for paused deployments and for a recreation whose old pods still run. */
  readonly createIfMissing: boolean;
  /** Hears of the set that was made, also where what is written after it fails: the next sync finds the set and is silent. */
  readonly created: (set: appsv1.ReplicaSet) => void;
}

export interface NewSetResult {
  readonly newSet?: appsv1.ReplicaSet;
  /** With what finding or making the set adds to its conditions and annotations; not yet written, but for the annotation. */
  readonly deployment: appsv1.Deployment;
}

export async function ensureNewSet(input: NewSetInput): Promise<NewSetResult> {
  const { deployment, sets } = input;
  const found = findNewSet(deployment, sets);
  const revision = maxRevision(oldSetsOf(found, sets)) + 1n;
  if (found !== undefined) return adoptFound(input, found, revision);
  if (!input.createIfMissing) return { deployment };
  const newSet = await createSet(input, revision);
  input.created(newSet);
  const message = `Created new replica set "${newSet.metadata.name}"`;
  const noted = noteProgress(deployment, "True", reasons.newSetCreated, message, input.now);
  return { newSet, deployment: await writeRevision(input.client, noted, newSet) };
}

/** The set exists, perhaps as an old one that is current again: its revision becomes the newest. */
async function adoptFound(input: NewSetInput, found: appsv1.ReplicaSet, revision: bigint): Promise<NewSetResult> {
  const { client } = input;
  const annotations = newSetAnnotations(input.deployment, found.metadata.annotations ?? {}, revision, false);
  const newSet = await syncSet(input, found, annotations);
  const hasCondition = input.deployment.status?.conditions?.some((one) => one.type === "Progressing");
  const message = `Found new replica set "${newSet.metadata.name}"`;
  const deployment = hasCondition
    ? input.deployment
    : noteProgress(input.deployment, "True", reasons.newSetFound, message, input.now);
  return { newSet, deployment: await writeRevision(client, deployment, newSet) };
}

async function syncSet(
  input: NewSetInput,
  set: appsv1.ReplicaSet,
  annotations: Record<string, string>,
): Promise<appsv1.ReplicaSet> {
  const minReadySeconds = input.deployment.spec.minReadySeconds ?? 0;
  const present = set.metadata.annotations ?? {};
  const isCurrent =
    (set.spec.minReadySeconds ?? 0) === minReadySeconds &&
    Object.entries(annotations).every(([name, value]) => present[name] === value);
  if (isCurrent) return set;
  const spec = { ...set.spec, minReadySeconds };
  return await input.client
    .resource(resources.replicasets)
    .update({ ...set, spec, metadata: { ...set.metadata, annotations } });
}

/** The deployment carries the revision of its current set. Written with the status: an annotation otherwise counts as a new generation. */
async function writeRevision(
  client: Client,
  deployment: appsv1.Deployment,
  newSet: appsv1.ReplicaSet,
): Promise<appsv1.Deployment> {
  const revision = String(revisionOf(newSet));
  if (deployment.metadata.annotations?.[revisionAnnotation] === revision) return deployment;
  const { name, namespace, resourceVersion } = deployment.metadata;
  const patch = { metadata: { resourceVersion, annotations: { [revisionAnnotation]: revision } } };
  const written = await client
    .resource(resources.deployments)
    .patch(name, patch, { type: "merge", namespace, subresource: "status" });
  return { ...deployment, metadata: written.metadata };
}

async function createSet(input: NewSetInput, revision: bigint): Promise<appsv1.ReplicaSet> {
  const draft = newSetDraft(input.deployment, input.sets, revision);
  const { namespace } = input.deployment.metadata;
  try {
    return await input.client.resource(resources.replicasets).create(draft, { namespace });
  } catch (error) {
    if (isAlreadyExists(error)) return await resolveExisting(input, draft.metadata.name);
    if (!isNamespaceTerminating(error)) await reportFailure(input, draft.metadata.name, error);
    throw error;
  }
}

function newSetDraft(deployment: appsv1.Deployment, sets: readonly appsv1.ReplicaSet[], revision: bigint) {
  const { name, namespace } = deployment.metadata;
  const template = clone(deployment.spec.template);
  const hash = contentHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [templateHashLabel]: hash };
  template.metadata = { ...template.metadata, labels };
  const { matchLabels, ...selector } = deployment.spec.selector;
  const wanted = replicasOf(deployment);
  return {
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: {
        ...newSetAnnotations(deployment, {}, revision, true),
        ...sizeAnnotations(wanted, wanted + maxSurgeOf(deployment)),
      },
      ownerReferences: [newControllerReference(deployment, resources.deployments)],
    },
    spec: {
      replicas: newSetSize(deployment, undefined, sets),
      ...(deployment.spec.minReadySeconds ? { minReadySeconds: deployment.spec.minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...matchLabels, [templateHashLabel]: hash } },
      template,
    },
  };
}

/** The name is taken: by this very set (the cache was behind), or by a collision of hashes. */
async function resolveExisting(input: NewSetInput, name: string): Promise<appsv1.ReplicaSet> {
  const { client, deployment } = input;
  const { namespace } = deployment.metadata;
  const existing = await client.resource(resources.replicasets).get(name, { namespace });
  if (isControlledBy(existing, deployment) && hasTemplateOf(deployment, existing)) return existing;
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  const status = { ...deployment.status, collisionCount };
  await client.resource(resources.deployments).updateStatus({ ...deployment, status });
  throw new HashCollision(`replica set ${name} belongs to another template`);
}

async function reportFailure(input: NewSetInput, name: string, error: unknown): Promise<void> {
  const message = `Failed to create new replica set "${name}": ${messageOf(error)}`;
  const deployment = noteProgress(input.deployment, "False", reasons.createFailed, message, input.now);
  try {
    await input.client.resource(resources.deployments).updateStatus(deployment);
  } catch (statusError) {
    if (!isConflict(statusError)) throw statusError;
  }
}

/** The Progressing condition, for deployments that have a deadline. */
export function noteProgress(
  deployment: appsv1.Deployment,
  status: string,
  reason: string,
  message: string,
  now: number,
): appsv1.Deployment {
  if (!hasProgressDeadline(deployment)) return deployment;
  const content = condition("Progressing", status, reason, message);
  const conditions = setDeploymentCondition(deployment.status?.conditions ?? [], content, now);
  return { ...deployment, status: { ...deployment.status, conditions } };
}
