/** The order of an update: read, build, compare, admit, prepare, check, judge, store; again where somebody else was faster. */
import type { KubernetesObject } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import type { PresentObject } from "../request/decode.ts";
import { invalid as invalidField } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import { admissionAttributes } from "./admission-chain.ts";
import type { Entry } from "./cache/entry.ts";
import { checkChanged } from "./checks.ts";
import { carryMetadata, countGeneration, keepStatus, settleName, settleNamespace, settleOwners } from "./metadata.ts";
import type { Operation } from "./operation.ts";
import { presentObject } from "./present-object.ts";
import { removalIsDue, removeEntry } from "./remove.ts";
import type { ResourceStorage } from "./resource-storage.ts";

/** Tries before a writer that names no resourceVersion is told of a conflict after all. */
const maximumAttempts = 50;

/** What a subresource may change: answers the stored object with only that part taken from the new one. */
export type Confine = (object: KubernetesObject, old: KubernetesObject) => KubernetesObject;

export interface UpdateOptions {
  /** The new object, its own copy each time, from the present one (frozen). The resourceVersion in it, if any, must be the present one. */
  build(current: KubernetesObject): KubernetesObject;
  /** Absent: the object itself, whose status is kept where it has one of its own. */
  readonly confine?: Confine;
  /** The new object is the present one with changes, so its resourceVersion says nothing about what the writer knew. */
  readonly derived?: boolean;
  /** Makes the object where there is none; absent: that is a 404. */
  create?(): Promise<Entry>;
  /** As it was when the caller looked. */
  readonly current?: Entry | undefined;
}

export interface UpdateResult {
  readonly entry: Entry;
  readonly created: boolean;
  /** What it was made from. */
  readonly former?: PresentObject;
}

export async function updateObject(
  storage: ResourceStorage,
  operation: Operation,
  options: UpdateOptions,
): Promise<UpdateResult> {
  const key = storage.key(operation.namespace, operation.name);
  for (let attempt = 1; attempt <= maximumAttempts; attempt++) {
    const found = (attempt === 1 && options.current) || storage.find(key);
    const current = found instanceof Promise ? await found : found;
    if (!current) return create(storage, operation, options);
    const former = presentObject(current);
    const object = options.build(former.object);
    settleName(object, operation.name);
    const conditional = compare(storage, object, current, options.derived === true);
    const next = await settle(storage, operation, options, object, former.object);
    const entry = await store(storage, operation, { object: next, old: former.object }, current);
    if (entry) return { entry, created: false, former };
    if (conditional) break;
  }
  throw errors.modified(storage.info, operation.name);
}

async function create(storage: ResourceStorage, operation: Operation, options: UpdateOptions): Promise<UpdateResult> {
  if (!options.create) throw errors.notFound(storage.info, operation.name);
  return { entry: await options.create(), created: true };
}

/** Refuses an object made from another version or of another identity. Answers whether the writer named a version. */
function compare(storage: ResourceStorage, object: KubernetesObject, current: Entry, derived: boolean): boolean {
  const { resourceVersion, uid } = object.metadata;
  const { name, uid: storedUid } = current.object.metadata;
  if (uid && uid !== storedUid && !derived) throw errors.conflict(storage.info, name, uidText(current, uid, storedUid));
  if (resourceVersion && resourceVersion !== "0") {
    if (!/^\d+$/.test(resourceVersion))
      throw errors.plainFailure(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
    if (Number(resourceVersion) !== current.revision) throw errors.modified(storage.info, name);
    return !derived;
  }
  if (storage.strategy.allowUnconditionalUpdate === false) {
    const why = invalidField(field("metadata", "resourceVersion"), 0, "must be specified for an update");
    throw errors.invalid({ group: storage.info.group, kind: storage.info.resource, name }, [why]);
  }
  object.metadata.resourceVersion = String(current.revision);
  return false;
}

function uidText(current: Entry, wanted: string, stored: string): string {
  const key = upstreamKey(current.key);
  const why = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${stored}`;
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
}

const groupsInKeys = ["apiregistration.k8s.io", "apiextensions.k8s.io"];
const resourcesInKeys: Readonly<Record<string, string>> = {
  endpoints: "services/endpoints",
  ingresses: "ingress",
  nodes: "minions",
  services: "services/specs",
};

/** Where upstream would keep it: most of its kinds lie there without their group, some under an old name. */
function upstreamKey(key: string): string {
  const [, root, group = "", resource = "", ...rest] = key.split("/");
  const isShort = group === "core" || !group.includes(".") || group.endsWith(".k8s.io");
  if (!isShort || groupsInKeys.includes(group)) return key;
  return ["", root, resourcesInKeys[resource] ?? resource, ...rest].join("/");
}

async function settle(
  storage: ResourceStorage,
  operation: Operation,
  options: UpdateOptions,
  object: KubernetesObject,
  old: KubernetesObject,
): Promise<KubernetesObject> {
  settleNamespace(object, storage, operation);
  settleOwners(object, operation, options.derived === true);
  const { forms, info: resource } = storage;
  const { applyRules } = storage.strategy;
  const subject = { operation: "UPDATE", resource, forms, applyRules, object, oldObject: old } as const;
  const attributes = admissionAttributes(operation, subject);
  const pending = storage.admission.mutate(attributes);
  if (pending) await pending;
  const admitted = storage.withDefaults(attributes.object ?? object);
  const next = options.confine ? options.confine(admitted, old) : admitted;
  carryMetadata(next, old);
  if (!options.confine && storage.strategy.hasStatus) keepStatus(next, old);
  const before = storage.respelledAs(next, old);
  storage.strategy.prepareForUpdate?.(next, before, operation);
  const { bumpsGeneration, generationCounts } = storage.strategy;
  // Metadata that comes with a status is its controller's own notes.
  if (bumpsGeneration) countGeneration(next, before, options.confine ? undefined : generationCounts);
  checkChanged(storage, operation, next, before);
  const judging = storage.admission.validate({ ...attributes, object: next });
  if (judging) await judging;
  return next;
}

interface Change {
  readonly object: KubernetesObject;
  readonly old: KubernetesObject;
}

/** Nothing where the object has changed since it was read. */
async function store(
  storage: ResourceStorage,
  operation: Operation,
  { object, old }: Change,
  current: Entry,
): Promise<Entry | undefined> {
  if (removalIsDue(storage, object, old))
    return removeEntry(storage, operation, current, { last: object, isShown: false });
  const making = storage.hooks.beforeUpdate?.(object, old, operation.dryRun);
  const undo = making && (await making);
  const pending = storage.pending(current.key, object, current);
  if (storage.isStored(pending, current)) return current;
  if (operation.dryRun) return storage.rehearse(pending, current.revision);
  let entry: Entry | undefined;
  try {
    entry = await storage.write(pending, current.revision);
    if (entry) storage.hooks.afterUpdate?.(object, old);
    return entry;
  } finally {
    if (!entry) undo?.();
  }
}
