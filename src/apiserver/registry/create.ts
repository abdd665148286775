/** The order of a create: admit, prepare, check, judge, store. */
import { clone, type KubernetesObject } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import { admissionAttributes } from "./admission-chain.ts";
import type { Entry } from "./cache/entry.ts";
import { checkNew } from "./checks.ts";
import { generateName, generateNameAttempts } from "./generate-name.ts";
import { settleNamespace, settleOwners, startMetadata, takeVersion } from "./metadata.ts";
import type { Operation } from "./operation.ts";
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
  const pending = storage.admission.mutate(attributes);
  if (pending) await pending;
  const admitted = storage.withDefaults(attributes.object ?? object);
  settleNamespace(admitted, storage, operation);
  if (statusOf(admitted) !== status) storage.resetStatus(admitted);
  startMetadata(admitted, storage, operation);
  const settle = (named: KubernetesObject) => {
    storage.strategy.prepareForCreate?.(named, operation);
    const judge = () => {
      checkNew(storage, operation, named);
      return storage.admission.validate({ ...attributes, object: named, name: named.metadata.name });
    };
    return store(storage, operation, named, judge);
  };
  if (!admitted.metadata.name && admitted.metadata.generateName)
    return settleNamed(storage, operation, admitted, settle);
  const entry = await settle(admitted);
  if (entry) return entry;
  throw await taken(storage, operation, admitted);
}

/**
 * Gives a name that nobody has before anything is made of the object, for a kind may make more of the name; and another one where somebody was
 * faster, each time to the object as it was.
 */
async function settleNamed(
  storage: ResourceStorage,
  operation: Operation,
  object: KubernetesObject,
  settle: (named: KubernetesObject) => Promise<Entry | undefined>,
): Promise<Entry> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === generateNameAttempts;
    const name = generateName(object.metadata.generateName!);
    const isFree = !(await storage.find(storage.key(operation.namespace, name)));
    const named = isLast ? object : clone(object);
    named.metadata.name = name;
    const entry = isFree ? await settle(named) : undefined;
    if (entry) return entry;
    if (isLast) throw await taken(storage, operation, named);
  }
}

function statusOf(object: KubernetesObject): unknown {
  return (object as { readonly status?: unknown }).status;
}

/** What is given out for the object is part of what is judged, and given back where it is not stored. Waits only for what is not at hand. */
async function store(
  storage: ResourceStorage,
  operation: Operation,
  object: KubernetesObject,
  judge: () => void | Promise<void>,
): Promise<Entry | undefined> {
  const making = storage.hooks.beforeCreate?.(object, operation.dryRun);
  const undo = making && (await making);
  let entry: Entry | undefined;
  try {
    const judging = judge();
    if (judging) await judging;
    const version = takeVersion(object);
    if (version > 0 && !operation.dryRun)
      throw errors.plainFailure("resourceVersion should not be set on objects to be created");
    const key = storage.key(operation.namespace, object.metadata.name);
    // The store compares too; asking the cache first spares a write that cannot succeed.
    const known = storage.find(key);
    if (known && (await known)) return undefined;
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
