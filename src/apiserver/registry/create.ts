/** The order of a create: admit, prepare, check, judge, store. */
import type { KubernetesObject } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import { admissionAttributes } from "./admission-chain.ts";
import type { Entry } from "./cache/entry.ts";
import { checkNew } from "./checks.ts";
import { generateName, generateNameAttempts } from "./generate-name.ts";
import { settleNamespace, settleOwners, startMetadata, takeVersion } from "./metadata.ts";
import { type Operation, strategyContext } from "./operation.ts";
import type { ResourceStorage } from "./resource-storage.ts";

/** `object` is decoded, defaulted and in its stored form, with its owners noted; it belongs to the engine from here on. */
export async function createObject(
  storage: ResourceStorage,
  operation: Operation,
  object: KubernetesObject,
): Promise<Entry> {
  settleNamespace(object, storage, operation);
  settleOwners(object, operation);
  const { forms, info: resource } = storage;
  const { applyRules } = storage.strategy;
  const subject = { operation: "CREATE", resource, forms, applyRules, object } as const;
  const attributes = admissionAttributes(operation, subject);
  const status = statusOf(object);
  await storage.admission.mutate(attributes);
  const admitted = storage.withDefaults(attributes.object ?? object);
  settleNamespace(admitted, storage, operation);
  if (statusOf(admitted) !== status) storage.resetStatus(admitted);
  startMetadata(admitted, storage, operation);
  await nameIfAsked(storage, operation, admitted);
  storage.strategy.prepareForCreate?.(admitted, strategyContext(operation));
  const judge = async () => {
    checkNew(storage, operation, admitted);
    await storage.admission.validate({ ...attributes, object: admitted, name: admitted.metadata.name });
  };
  const entry = await store(storage, operation, admitted, judge);
  if (entry) return entry;
  throw await taken(storage, operation, admitted);
}

function statusOf(object: KubernetesObject): unknown {
  return (object as { readonly status?: unknown }).status;
}

/** Gives a name that nobody has, for a kind may make more of it. */
async function nameIfAsked(storage: ResourceStorage, operation: Operation, object: KubernetesObject): Promise<void> {
  const { metadata } = object;
  if (metadata.name || !metadata.generateName) return;
  for (let attempt = 1; attempt <= generateNameAttempts; attempt++) {
    metadata.name = generateName(metadata.generateName);
    if (!(await storage.find(storage.key(operation.namespace, metadata.name)))) return;
  }
}

/** What is given out for the object is part of what is judged, and given back where it is not stored. */
async function store(
  storage: ResourceStorage,
  operation: Operation,
  object: KubernetesObject,
  judge: () => Promise<void>,
): Promise<Entry | undefined> {
  const undo = await storage.hooks.beforeCreate?.(object, operation.dryRun);
  let entry: Entry | undefined;
  try {
    await judge();
    const version = takeVersion(object);
    if (version > 0 && !operation.dryRun)
      throw errors.plainFailure("resourceVersion should not be set on objects to be created");
    const key = storage.key(operation.namespace, object.metadata.name);
    // The store compares too; asking the cache first spares a write that cannot succeed.
    if (await storage.find(key)) return undefined;
    const pending = storage.pending(key, object);
    if (operation.dryRun) return storage.rehearse(pending, version);
    entry = await storage.write(pending, 0);
    if (entry) storage.hooks.afterCreate?.(object);
    return entry;
  } finally {
    if (!entry) undo?.();
  }
}

async function taken(storage: ResourceStorage, operation: Operation, object: KubernetesObject): Promise<Error> {
  const { name, generateName: prefix } = object.metadata;
  const existing = await storage.find(storage.key(operation.namespace, name));
  if (prefix) return errors.generateNameTaken(storage.info, name);
  return existing?.object.metadata.deletionTimestamp
    ? errors.beingDeleted(storage.info, name)
    : errors.alreadyExists(storage.info, name);
}
