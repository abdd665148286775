/** Changes that the server itself makes to a stored object: no strategy, no admission; the caller knows what it does. */
import { clone, type KubernetesObject } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import type { Entry } from "./cache/entry.ts";
import type { ResourceStorage } from "./resource-storage.ts";

const maximumAttempts = 50;

export interface StoredChange {
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
}

/** `change` gets a copy of the present object each time, and that object; what it throws refuses the change. */
export async function changeStored<T extends KubernetesObject>(
  storage: ResourceStorage,
  { namespace, name, dryRun }: StoredChange,
  change: (object: T, stored: T) => void,
): Promise<Entry> {
  for (let attempt = 1; attempt <= maximumAttempts; attempt++) {
    const current = await storage.current(namespace, name);
    const object = copyToChange(current.object) as T;
    change(object, current.object as T);
    const pending = storage.pending(current.key, object);
    if (storage.isStored(pending, current)) return current;
    if (dryRun) return pending.entryAt(current.revision);
    const entry = await storage.write(pending, current.revision);
    if (entry) return entry;
  }
  throw errors.modified(storage.info, name);
}

/**
 * Who owns what is shared: it is half of an object, and is replaced, never changed in place. The keys stay in order: bytes tell whether anything
 * has changed.
 */
function copyToChange(object: KubernetesObject): KubernetesObject {
  const { managedFields } = object.metadata;
  if (!managedFields) return clone(object);
  const bare: KubernetesObject = { ...object, metadata: { ...object.metadata, managedFields: [] } };
  const copy = clone(bare);
  copy.metadata.managedFields = managedFields;
  return copy;
}
