/** What the engine itself does to metadata on create and update, the same for every kind. */

import { randomUUID } from "node:crypto";
import { inOnePiece, type KubernetesObject, type metav1, sortKeys } from "../../api/mod.ts";
import { badRequest } from "../errors.ts";
import { sameJson } from "../validation/rules.ts";
import { type Operation, timestamp } from "./operation.ts";
import type { ResourceStorage } from "./resource-storage.ts";

type Meta = Partial<metav1.ObjectMeta>;

/** An object that has lost a member is slower from then on, and to take away what is not there takes longer than to ask for it. */
function drop(meta: Meta, key: keyof Meta): void {
  if (meta[key] !== undefined) delete meta[key];
}

/** The object must be meant for the namespace of the path; where it does not say, it is. */
export function settleNamespace(
  object: KubernetesObject,
  storage: Pick<ResourceStorage, "info">,
  operation: Operation,
): void {
  const meta: Meta = object.metadata;
  if (!storage.info.namespaced) {
    drop(meta, "namespace");
    return;
  }
  const wanted = operation.namespace;
  if (!meta.namespace) {
    if (wanted !== "") meta.namespace = wanted;
  } else if (wanted !== meta.namespace)
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
}

/** An owner stands once among the owners. What a patch made is looked at late, upstream says. */
export function settleOwners({ metadata }: KubernetesObject, operation: Operation, isPatched = false): void {
  const { ownerReferences: owners } = metadata;
  if (!owners || owners.length < 2) return;
  const kept = new Map<string, metav1.OwnerReference>();
  const repeated = new Set<string>();
  for (const owner of owners) {
    const text = JSON.stringify(sortKeys(owner));
    if (kept.has(text)) repeated.add(owner.uid);
    else kept.set(text, owner);
  }
  if (repeated.size === 0) return;
  metadata.ownerReferences = [...kept.values()];
  const when = isPatched ? " after mutating admission happens" : "";
  operation.warn(
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${[...repeated].join(", ")}`,
  );
}

/** The object must have the name of the path. */
export function settleName(object: KubernetesObject, name: string): void {
  const meta: Meta = object.metadata;
  if (!meta.name)
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (meta.name !== name)
    throw badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${name})`);
}

/** What a new object cannot have, whoever says so. */
export function dropHistory(object: KubernetesObject): void {
  const meta: Meta = object.metadata;
  for (const key of ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"] as const) drop(meta, key);
}

/** A new object has no history: what only the server may set is set or dropped. */
export function startMetadata(object: KubernetesObject, storage: ResourceStorage, operation: Operation): void {
  const meta: Meta = object.metadata;
  meta.uid = inOnePiece(randomUUID());
  meta.creationTimestamp = timestamp(operation.now);
  if (storage.strategy.bumpsGeneration) meta.generation = 1;
  dropEmpty(meta);
}

/**
 * A new object has no version to be stored with: takes away and answers the one that was sent, 0 where there is none. What is no number says
 * nothing, to upstream as well.
 */
export function takeVersion(object: KubernetesObject): number {
  const meta: Meta = object.metadata;
  const version = Number(meta.resourceVersion ?? 0);
  drop(meta, "resourceVersion");
  return Number.isSafeInteger(version) && version > 0 ? version : 0;
}

/** Carries over what an update may leave out or may not change at all. */
export function carryMetadata(object: KubernetesObject, old: KubernetesObject): void {
  const meta: Meta = object.metadata;
  const before = old.metadata;
  meta.creationTimestamp = before.creationTimestamp;
  if (!meta.uid) meta.uid = before.uid;
  carry(meta, before, "generation");
  // A deletion that has begun is not taken back; one that a client begins by hand is refused when metadata is judged.
  if (before.deletionTimestamp !== undefined) meta.deletionTimestamp = before.deletionTimestamp;
  if (before.deletionGracePeriodSeconds !== undefined)
    meta.deletionGracePeriodSeconds ??= before.deletionGracePeriodSeconds;
  drop(meta, "selfLink");
  dropEmpty(meta);
}

function carry<K extends keyof metav1.ObjectMeta>(meta: Meta, before: metav1.ObjectMeta, key: K): void {
  if (before[key] === undefined) drop(meta, key);
  else meta[key] = before[key];
}

const notStoredEmpty = ["labels", "annotations", "finalizers", "ownerReferences", "managedFields"] as const;

/** Empty lists and maps are not stored, so that an update that changes nothing writes nothing. */
function dropEmpty(meta: Meta): void {
  for (const key of notStoredEmpty) {
    const value = meta[key];
    if (value !== undefined && isEmpty(value)) delete meta[key];
  }
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}

/** Counts the generation up where anything outside metadata and status differs, or that part of the metadata which counts. */
export function countGeneration(
  object: KubernetesObject,
  old: KubernetesObject,
  counts?: "annotations" | "labels",
): void {
  const marked = counts !== undefined && !sameJson(object.metadata[counts], old.metadata[counts]);
  if (!marked && sameDesire(object, old)) return;
  object.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

function sameDesire(object: KubernetesObject, old: KubernetesObject): boolean {
  const [now, before] = [object, old] as unknown as Readonly<Record<string, unknown>>[];
  for (const key in now) if (!notDesired.has(key) && !sameJson(now[key], before![key])) return false;
  for (const key in before) if (!notDesired.has(key) && !(key in now!) && before[key] !== undefined) return false;
  return true;
}

const notDesired: ReadonlySet<string> = new Set(["metadata", "status"]);

/** The status belongs to `/status`: an update of the object keeps what is stored. */
export function keepStatus(object: KubernetesObject, old: KubernetesObject): void {
  const target = object as { status?: unknown };
  const status = (old as { status?: unknown }).status;
  if (status === undefined) delete target.status;
  else target.status = status;
}

/** An update of `/status` keeps everything but metadata and status. */
export function onlyStatus(object: KubernetesObject, old: KubernetesObject): KubernetesObject {
  const { status } = object as { status?: unknown };
  return { ...old, metadata: object.metadata, ...(status !== undefined && { status }) } as KubernetesObject;
}
