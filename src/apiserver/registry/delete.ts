/** The order of a delete: read, compare, admit, then remove at once or mark and wait for grace and finalizers. */
import { clone, type KubernetesObject } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import { admissionAttributes, optionsOf } from "./admission-chain.ts";
import type { Entry } from "./cache/entry.ts";
import type { DeleteOptions } from "./delete-options.ts";
import { type Operation, timestamp } from "./operation.ts";
import { hasFinalizers, removeEntry } from "./remove.ts";
import type { ResourceStorage } from "./resource-storage.ts";

const maximumAttempts = 50;

export interface Deletion {
  readonly entry: Entry;
  /** False: it is marked, and goes when its grace is over and its finalizers are gone. */
  readonly removed: boolean;
}

export async function deleteObject(
  storage: ResourceStorage,
  operation: Operation,
  options: DeleteOptions,
): Promise<Deletion> {
  for (let attempt = 1; attempt <= maximumAttempts; attempt++) {
    const found = storage.current(operation.namespace, operation.name);
    const current = found instanceof Promise ? await found : found;
    comparePreconditions(storage, current.object, options);
    const pending = admit(storage, operation, current.object, options);
    if (pending) await pending;
    warnOfOrphans(storage, operation, options);
    const deletion = await perform(storage, operation, options, current);
    if (deletion) return deletion;
  }
  throw errors.modified(storage.info, operation.name);
}

/** Throws a conflict where the object is not the one that is meant. */
export function comparePreconditions(
  storage: ResourceStorage,
  { metadata }: KubernetesObject,
  { preconditions }: DeleteOptions,
): void {
  const { name, uid, resourceVersion } = metadata;
  const kind = { group: storage.info.group, resource: storage.info.kind };
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    const why = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw errors.conflict(kind, name, why);
  }
  const wanted = preconditions?.resourceVersion;
  if (wanted !== undefined && wanted !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${wanted}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw errors.conflict(kind, name, why);
  }
}

/** A kind whose dependents stay behind is rarely meant to leave them. */
function warnOfOrphans({ strategy }: ResourceStorage, operation: Operation, options: DeleteOptions): void {
  if (strategy.defaultPropagation !== "Orphan" || strategy.resource.kind !== "Job") return;
  if (options.propagationPolicy !== undefined || options.orphanDependents !== undefined) return;
  operation.warn(
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning",
  );
}

function admit(
  storage: ResourceStorage,
  operation: Operation,
  oldObject: KubernetesObject,
  { dryRun, ...given }: DeleteOptions,
): void | Promise<void> {
  const options = () => optionsOf("DELETE", { ...given, ...(dryRun && { dryRun: ["All"] }) });
  const { forms, info: resource } = storage;
  const subject = { operation: "DELETE", resource, forms, oldObject, options } as const;
  return storage.admission.judge(admissionAttributes(operation, subject));
}

/** Nothing where the object changed meanwhile. */
async function perform(
  storage: ResourceStorage,
  operation: Operation,
  options: DeleteOptions,
  current: Entry,
): Promise<Deletion | undefined> {
  const old = current.object;
  const grace = graceOf(storage, old, options);
  if (grace === "pending") return { entry: current, removed: false };
  const marked = markable(storage, old);
  setFinalizers(marked, finalizersFor(storage, old, options));
  const stays = grace > 0 || hasFinalizers(marked) || storage.strategy.blocksRemoval?.(marked) === true;
  // Who is given grace is marked even where it is none: whoever looks after the object learns that it was deleted, not how it was.
  const isShown = Boolean(storage.strategy.gracePeriodSeconds) && old.metadata.deletionGracePeriodSeconds !== 0;
  if (stays || isShown) mark(storage, operation, marked, grace);
  if (!stays) return removed(await removeEntry(storage, operation, current, { last: isShown ? marked : old, isShown }));
  return kept(await write(storage, operation, current, marked));
}

/** A copy of what a deletion changes; everything else is shared with the object as it was. */
function markable({ strategy }: ResourceStorage, object: KubernetesObject): KubernetesObject {
  const marked: KubernetesObject & { status?: unknown } = { ...object, metadata: { ...object.metadata } };
  if (strategy.prepareForDelete && marked.status !== undefined) marked.status = clone(marked.status);
  return marked;
}

function removed(entry: Entry | undefined): Deletion | undefined {
  return entry && { entry, removed: true };
}

function kept(entry: Entry | undefined): Deletion | undefined {
  return entry && { entry, removed: false };
}

/** Seconds of grace that this request gives; `pending` where an earlier one gave no more and still runs. */
function graceOf(storage: ResourceStorage, object: KubernetesObject, options: DeleteOptions): number | "pending" {
  const { gracePeriodSeconds: rule } = storage.strategy;
  if (!rule) return 0;
  const { deletionTimestamp, deletionGracePeriodSeconds: running } = object.metadata;
  const requested = options.gracePeriodSeconds;
  if (deletionTimestamp === undefined) return rule.call(storage.strategy, object, requested);
  // It is over: only finalizers hold the object, which a deletion may change.
  if (!running) return 0;
  // Grace may only be shortened.
  const wanted = requested !== undefined && requested < 0 ? 1 : requested;
  return wanted !== undefined && wanted < running ? wanted : "pending";
}

function mark(storage: ResourceStorage, operation: Operation, object: KubernetesObject, grace: number): void {
  const meta = object.metadata;
  if (meta.deletionTimestamp === undefined) {
    meta.deletionTimestamp = timestamp(operation.now + grace * 1000);
    if (meta.generation && !storage.strategy.blocksRemoval) meta.generation += 1;
  } else if (meta.deletionGracePeriodSeconds !== undefined && storage.strategy.gracePeriodSeconds) {
    const asked = Date.parse(meta.deletionTimestamp) - meta.deletionGracePeriodSeconds * 1000;
    meta.deletionTimestamp = timestamp(asked + grace * 1000);
  }
  // What waits for content of its own has no grace period, and shows none; nor does its generation count the deletion.
  if (!storage.strategy.blocksRemoval) meta.deletionGracePeriodSeconds = grace;
  storage.strategy.prepareForDelete?.(object, operation);
}

async function write(
  storage: ResourceStorage,
  operation: Operation,
  current: Entry,
  object: KubernetesObject,
): Promise<Entry | undefined> {
  const pending = storage.pending(current.key, object, current);
  if (storage.isStored(pending, current)) return current;
  return operation.dryRun ? pending.entryAt(current.revision) : storage.write(pending, current.revision);
}

const orphan = "orphan";
const foreground = "foregroundDeletion";

/** Finalizers that make the garbage collector treat the dependents as asked. */
function finalizersFor(storage: ResourceStorage, object: KubernetesObject, options: DeleteOptions): string[] {
  const present = object.metadata.finalizers ?? [];
  const policy = propagation(storage, present, options);
  const others = present.filter((finalizer) => finalizer !== orphan && finalizer !== foreground);
  if (policy === "Orphan") return [...others, orphan];
  return policy === "Foreground" ? [...others, foreground] : others;
}

function propagation(storage: ResourceStorage, present: readonly string[], options: DeleteOptions): string {
  if (options.orphanDependents !== undefined) return options.orphanDependents ? "Orphan" : "Background";
  if (options.propagationPolicy) return options.propagationPolicy;
  if (present.includes(orphan)) return "Orphan";
  if (present.includes(foreground)) return "Foreground";
  return storage.strategy.defaultPropagation ?? "Background";
}

function setFinalizers(object: KubernetesObject, finalizers: string[]): void {
  if (finalizers.length > 0) object.metadata.finalizers = finalizers;
  else if (object.metadata.finalizers) delete object.metadata.finalizers;
}
