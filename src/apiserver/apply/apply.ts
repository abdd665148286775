/** Server-side apply: an object is made what a configuration says, as far as nobody else owns what would change. */
import type { KubernetesObject, metav1 } from "../../api/mod.ts";
import { allowedByClientSideApply, withLastApplied } from "./client-side-apply.ts";
import { compare } from "./compare.ts";
import { difference, emptySet, equalSets, type FieldSet, intersection, isEmptySet, union } from "./field-set.ts";
import { ignoredFields } from "./ignored-fields.ts";
import { disown, takenFrom } from "./managed-fields.ts";
import {
  type ManagerEntry,
  type ManagerName,
  type Managers,
  managerKey,
  readManagers,
  withFields,
  writeManagers,
} from "./managers.ts";
import { merge } from "./merge.ts";
import { ownedFields, withNamedFields } from "./owned-fields.ts";
import { removeItems } from "./remove-items.ts";
import type { JsonObject, StructRules } from "./type-rules.ts";
import { validateConfig } from "./validate-config.ts";

export interface ApplyRequest {
  readonly rules: StructRules;
  /** The stored object; absent where the apply is to create it. */
  readonly live?: KubernetesObject | undefined;
  /** The configuration as the client sent it: not defaulted, with apiVersion, kind and name. */
  readonly patch: JsonObject;
  readonly manager: string;
  readonly subresource?: string | undefined;
  readonly reset?: FieldSet | undefined;
  /** Takes fields from their owners instead of refusing. */
  readonly force: boolean;
  /** RFC 3339 */
  readonly now: string;
}

export type Conflicts = ReadonlyMap<ManagerEntry, FieldSet>;

export type ApplyResult =
  /** `object` carries the new managed fields; it is not defaulted. `changed`: it differs from the live one beside them. */
  | { readonly outcome: "applied"; readonly object: KubernetesObject; readonly changed: boolean }
  | { readonly outcome: "conflict"; readonly conflicts: Conflicts }
  /** The configuration has not the shape of its kind; one sentence for each problem. */
  | { readonly outcome: "malformed"; readonly problems: readonly string[] };

export function applyPatch(request: ApplyRequest): ApplyResult {
  const problems = validateConfig(request.rules, request.patch);
  if (problems.length > 0) return { outcome: "malformed", problems };
  const result = tryApply(request, request.force);
  // Fields that client-side apply set last are its user's own: moving to server-side apply is no conflict.
  if (result.outcome !== "conflict" || request.manager !== "kubectl" || !request.live) return result;
  const allowed = allowedByClientSideApply(request.rules, request.live);
  const left = new Map<ManagerEntry, FieldSet>();
  for (const [entry, fields] of result.conflicts) {
    const refused = difference(fields, allowed);
    if (!isEmptySet(refused)) left.set(entry, refused);
  }
  return left.size > 0 ? { outcome: "conflict", conflicts: left } : tryApply(request, true);
}

const nothing: JsonObject = Object.freeze({ metadata: Object.freeze({}) });

function tryApply(request: ApplyRequest, force: boolean): ApplyResult {
  const { rules } = request;
  const ignore = ignoredFields(request.reset);
  const live = withoutManagedFields(request.live);
  const name = nameOf(request);
  const key = managerKey(name);
  const before = ownersBefore(request, ignore);
  const last = before.get(key);
  const own = ownedFields(rules, request.patch, ignore);
  const managers = new Map(before).set(key, { ...name, time: last?.time, fields: own });
  const config = withoutIgnored(rules, request.patch, request.reset);
  const merged = merge(rules, live, config) as JsonObject;
  const object = last
    ? prune(rules, merged, last.fields, [ownedFields(rules, config, emptySet), ...others(before, key)])
    : merged;
  const changes = compare(rules, live, object, ignore);
  const conflicts = changes ? takenFrom(before, changes, key) : new Map<ManagerEntry, FieldSet>();
  if (conflicts.size > 0 && !force) return { outcome: "conflict", conflicts };
  const after = changes ? disown(managers, changes, key) : managers;
  const unchanged = !changes && request.live !== undefined;
  settleEntry(after, key, own, unchanged ? last?.time : request.now);
  return { outcome: "applied", object: withManagers(request, object, after, before), changed: !unchanged };
}

function nameOf(request: ApplyRequest): ManagerName {
  return {
    manager: request.manager,
    operation: "Apply",
    apiVersion: String(request.patch["apiVersion"]),
    subresource: request.subresource ?? "",
  };
}

/** An object that nobody tracked is taken as made by one manager before the first apply. */
function ownersBefore(request: ApplyRequest, ignore: FieldSet): Managers {
  const managers = readManagers(request.live?.metadata.managedFields) ?? new Map<string, ManagerEntry>();
  if (managers.size > 0 || !request.live) return managers;
  const made = compare(request.rules, nothing, withoutManagedFields(request.live), ignore);
  if (!made) return managers;
  const name: ManagerName = {
    manager: "before-first-apply",
    operation: "Update",
    apiVersion: request.live.apiVersion,
    subresource: "",
  };
  const entry = { ...name, time: request.now, fields: union(made.added, made.modified) };
  return new Map([[managerKey(name), entry]]);
}

function withoutManagedFields(object: KubernetesObject | undefined): JsonObject {
  if (!object) return nothing;
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata } as unknown as JsonObject;
}

/** The configuration less what the endpoint leaves alone. */
function withoutIgnored(rules: StructRules, patch: JsonObject, reset: FieldSet | undefined): JsonObject {
  return reset ? (removeItems(rules, patch, reset) as JsonObject) : patch;
}

function others(managers: Managers, key: string): FieldSet[] {
  return [...managers].filter(([other]) => other !== key).map(([, entry]) => entry.fields);
}

/** What the applier owned before, does not name any more (identity included) and nobody else owns goes. */
function prune(rules: StructRules, merged: JsonObject, last: FieldSet, keepers: readonly FieldSet[]): JsonObject {
  const named = (set: FieldSet) => withNamedFields(rules, set);
  const everything = ownedFields(rules, merged, emptySet);
  const stripped = removeItems(rules, merged, named(last)) as JsonObject;
  const gone = difference(named(everything), named(ownedFields(rules, stripped, emptySet)));
  let owned: FieldSet = emptySet;
  for (const fields of keepers) owned = union(owned, fields);
  const dangling = intersection(difference(gone, named(owned)), named(last));
  return isEmptySet(dangling) ? merged : (removeItems(rules, merged, dangling) as JsonObject);
}

function settleEntry(managers: Map<string, ManagerEntry>, key: string, own: FieldSet, time: string | undefined): void {
  const entry = managers.get(key);
  if (entry) managers.set(key, { ...withFields(entry, own), time });
  if (isEmptySet(own)) managers.delete(key);
}

function withManagers(request: ApplyRequest, object: JsonObject, after: Managers, before: Managers): KubernetesObject {
  const metadata: Partial<metav1.ObjectMeta> = { ...(object["metadata"] as Partial<metav1.ObjectMeta> | undefined) };
  const kept = request.live?.metadata.managedFields;
  const entries = kept && sameManagers(after, before) ? kept : writeManagers(after);
  if (entries.length > 0) metadata.managedFields = entries;
  const applied = { ...object, metadata } as unknown as KubernetesObject;
  return request.manager === "kubectl" ? withLastApplied(applied, request.patch) : applied;
}

function sameManagers(a: Managers, b: Managers): boolean {
  if (a.size !== b.size) return false;
  for (const [key, entry] of a) {
    const other = b.get(key);
    if (!other || other.time !== entry.time || other.apiVersion !== entry.apiVersion) return false;
    if (!equalSets(entry.fields, other.fields)) return false;
  }
  return true;
}
