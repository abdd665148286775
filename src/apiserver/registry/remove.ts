/** The last step of a deletion: the object leaves the store. */
import type { KubernetesObject } from "../../api/mod.ts";
import { Entry } from "./cache/entry.ts";
import { withRevision } from "./cache/stored-form.ts";
import type { Operation } from "./operation.ts";
import type { ResourceStorage } from "./resource-storage.ts";

/** An update that takes the last finalizer from an object whose grace is over completes its deletion. */
export function removalIsDue(storage: ResourceStorage, object: KubernetesObject, old: KubernetesObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = old.metadata;
  if (deletionTimestamp === undefined) return false;
  const { blocksRemoval } = storage.strategy;
  // What waits for something of its own (a namespace for its content) has no grace period at all.
  const graceIsOver = deletionGracePeriodSeconds === 0 || (blocksRemoval && deletionGracePeriodSeconds === undefined);
  return Boolean(graceIsOver) && !hasFinalizers(object) && !blocksRemoval?.(object);
}

export function hasFinalizers(object: KubernetesObject): boolean {
  return (object.metadata.finalizers?.length ?? 0) > 0;
}

export interface Removal {
  readonly last: KubernetesObject;
  /** Watches are told of the last state first, and then that it is gone. */
  readonly isShown: boolean;
}

/** Answers the last state, or nothing where the object has changed since `current` was read. */
export async function removeEntry(
  storage: ResourceStorage,
  operation: Operation,
  current: Entry,
  { last, isShown }: Removal,
): Promise<Entry | undefined> {
  const pending = isShown && !operation.dryRun ? storage.pending(current.key, last, current) : undefined;
  const stored = pending?.stored ?? (last === current.object ? current : undefined);
  const entryAt = (revision: number) =>
    new Entry(current.key, revision, stored, storage.form, withRevision(last, revision));
  if (operation.dryRun) return entryAt(current.revision);
  const revision = pending
    ? await storage.removeShown(pending, current.revision)
    : await storage.remove(current.key, current.revision);
  if (revision === undefined) return undefined;
  await storage.hooks.afterDelete?.(last);
  return entryAt(revision);
}
