/** Objects that the server makes for itself, without admission: nobody asked for them. */
import type { KubernetesObject, metav1 } from "../../api/mod.ts";
import type { Entry } from "../registry/cache/entry.ts";
import { managedFieldOwnership } from "../registry/managed-field-ownership.ts";
import { startMetadata } from "../registry/metadata.ts";
import type { Operation } from "../registry/operation.ts";
import type { ResourceStorage } from "../registry/resource-storage.ts";
import { View } from "../registry/view.ts";
import { decodeValue } from "../request/decode.ts";

/** An object as data: what every object has is filled in. */
export interface Blueprint {
  readonly metadata: Partial<metav1.ObjectMeta> & { readonly name: string };
  /** The kind's own fields. */
  readonly [field: string]: unknown;
}

/** Answers the object that is there, made now where it was missing. */
export async function ensureObject(storage: ResourceStorage, blueprint: Blueprint, now: number): Promise<Entry> {
  const { name, namespace = "" } = blueprint.metadata;
  const key = storage.key(namespace, name);
  const present = storage.cache.get(key);
  if (present) return present;
  const object = await build(storage, blueprint, now);
  const entry = await storage.write(storage.pending(key, object), 0);
  if (entry) storage.hooks.afterCreate?.(object);
  return entry ?? (await storage.current(namespace, name));
}

async function build(storage: ResourceStorage, blueprint: Blueprint, now: number): Promise<KubernetesObject> {
  const operation = ownOperation(blueprint, now);
  const object = decodeValue(storage.info, blueprint, operation);
  managedFieldOwnership.update({ view: new View(storage.info, storage.strategy), operation }, object);
  startMetadata(object, storage, operation);
  await storage.hooks.beforeCreate?.(object, false);
  return object;
}

export function ownOperation({ metadata }: Blueprint, now: number): Operation {
  return {
    user: { name: "system:apiserver", groups: ["system:masters"] },
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    subresource: "",
    dryRun: false,
    fieldManager: "kube-apiserver",
    fieldValidation: "Ignore",
    now,
    warn: () => {},
  };
}
