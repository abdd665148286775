/** Managed fields after a create, an update or a patch that is not an apply. */
import { givenEmpty, type KubernetesObject, type metav1 } from "../../api/mod.ts";
import { type Comparison, compare, nothing } from "./compare.ts";
import { difference, emptySet, type FieldSet, intersection, isEmptySet, union } from "./field-set.ts";
import { ignoredFields } from "./ignored-fields.ts";
import {
  type ManagerEntry,
  type ManagerName,
  type Managers,
  managerKey,
  newEntry,
  readManagers,
  readSentManagers,
  withFields,
  writeManagers,
} from "./managers.ts";
import { isSimple, newObjectSet } from "./new-object-set.ts";
import type { JsonObject, StructRules } from "./type-rules.ts";

export interface ManagedFieldsUpdate {
  readonly rules: StructRules;
  /** The stored object; absent for a create. */
  readonly old?: KubernetesObject | undefined;
  /** As it will be stored, less managed fields. What the client sent as managed fields counts on the object itself only. */
  readonly object: KubernetesObject;
  readonly manager: string;
  /** Of the request: `apps/v1`. */
  readonly apiVersion: string;
  /** `status`, `scale`… */
  readonly subresource?: string | undefined;
  /** Fields that this endpoint cannot change, so that naming them owns nothing: see `resetFields`. */
  readonly reset?: FieldSet | undefined;
  /** Whether the kind has, or ever had, this version; absent: nobody can tell. */
  readonly isVersion?: (apiVersion: string) => boolean;
  /** RFC 3339 */
  readonly now: string;
}

/** The new `metadata.managedFields`; undefined: none. The very list of the old object where ownership did not change. */
export function updateManagedFields(update: ManagedFieldsUpdate): metav1.ManagedFieldsEntry[] | undefined {
  const stored = update.old?.metadata.managedFields;
  const sent = update.subresource ? undefined : sentEntries(update.object.metadata);
  if (update.old && isReset(sent)) return undefined;
  const ignored = ignoredFields(update.reset);
  const isPlain = sent === undefined || isReset(sent);
  if (!update.old && isPlain && isSimple(ignored)) return ownedByMaker(update, ignored);
  const given = isPlain || sent === stored ? undefined : readSentManagers(sent, stored);
  const before = given ?? readManagers(stored) ?? new Map<string, ManagerEntry>();
  // An object whose owners nobody tracks stays so until somebody applies it.
  if (update.old && before.size === 0) return undefined;
  if (given) dropUnknownVersions(given, update);
  const changes = compareObjects(update);
  if (!changes) return given ? nonEmpty(writeManagers(before)) : (stored as metav1.ManagedFieldsEntry[] | undefined);
  return nonEmpty(writeManagers(recordChanges(before, changes, nameOf(update), update.now)));
}

function sentEntries(metadata: metav1.ObjectMeta): readonly metav1.ManagedFieldsEntry[] | undefined {
  return metadata.managedFields ?? (givenEmpty(metadata, "managedFields") as [] | undefined);
}

/** What is said to be owned in a version that the kind never had is owned by nobody. */
function dropUnknownVersions(managers: Map<string, ManagerEntry>, { isVersion }: ManagedFieldsUpdate): void {
  if (!isVersion) return;
  for (const [key, { apiVersion }] of managers) if (!isVersion(apiVersion)) managers.delete(key);
}

/** The common case of a create. */
function ownedByMaker(update: ManagedFieldsUpdate, ignored: FieldSet): metav1.ManagedFieldsEntry[] | undefined {
  const fields = newObjectSet(update.rules, update.object as unknown as JsonObject, ignored);
  return isEmptySet(fields) ? undefined : [newEntry({ ...nameOf(update), time: update.now, fields })];
}

function nonEmpty(entries: metav1.ManagedFieldsEntry[]): metav1.ManagedFieldsEntry[] | undefined {
  return entries.length > 0 ? entries : undefined;
}

/** A client forgets all owners by an empty list, or by one empty entry. */
function isReset(entries: readonly metav1.ManagedFieldsEntry[] | undefined): boolean {
  if (!entries || entries.length > 1) return false;
  return entries.every(isBlank);
}

function isBlank(entry: object): boolean {
  const members = entry as Readonly<Record<string, unknown>>;
  for (const key in members) if ((members[key] ?? "") !== "") return false;
  return true;
}

function nameOf(update: ManagedFieldsUpdate): ManagerName {
  return {
    manager: update.manager,
    operation: "Update",
    apiVersion: update.apiVersion,
    subresource: update.subresource ?? "",
  };
}

function compareObjects(update: ManagedFieldsUpdate): Comparison | undefined {
  const old = (update.old ?? nothing) as unknown as JsonObject;
  return compare(update.rules, old, update.object as unknown as JsonObject, ignoredFields(update.reset));
}

/** The updater owns what it added or changed; everybody loses what was changed under them or is gone. */
function recordChanges(before: Managers, changes: Comparison, name: ManagerName, now: string): Managers {
  const taken = union(changes.added, changes.modified);
  const managers = disown(before, changes, undefined);
  if (isEmptySet(taken)) return managers;
  const key = managerKey(name);
  const previous = managers.get(key)?.fields ?? emptySet;
  managers.set(key, { ...name, time: now, fields: union(previous, taken) });
  return managers;
}

/** What each manager is left with after the changes; `except` keeps what it has but for what is gone. */
export function disown(before: Managers, changes: Comparison, except: string | undefined): Map<string, ManagerEntry> {
  const lost = union(union(changes.added, changes.modified), changes.removed);
  const managers = new Map<string, ManagerEntry>();
  for (const [key, entry] of before) {
    const fields = difference(entry.fields, key === except ? changes.removed : lost);
    if (!isEmptySet(fields)) managers.set(key, withFields(entry, fields));
  }
  return managers;
}

/** The fields of others that the changes take, by manager. */
export function takenFrom(before: Managers, changes: Comparison, applier: string): Map<ManagerEntry, FieldSet> {
  const taken = union(changes.added, changes.modified);
  const conflicts = new Map<ManagerEntry, FieldSet>();
  for (const [key, entry] of before) {
    if (key === applier) continue;
    const both = intersection(entry.fields, taken);
    if (!isEmptySet(both)) conflicts.set(entry, both);
  }
  return conflicts;
}
