/**
 * The patch of client-side apply: from what was applied last, what is to be applied now, and the object as it is. What was applied once and
 * is not any more is taken out; what others set beside it stays. A strategic merge patch where the type is known, else a merge patch.
 */
import { isDeepStrictEqual } from "node:util";
import { jsonFields, type Message, resolved, type SchemaType } from "../../../api/mod.ts";

export type JsonObject = { readonly [key: string]: unknown };

export interface ThreeWay {
  /** What was applied last; `{}` where nothing was. */
  readonly original: JsonObject;
  readonly modified: JsonObject;
  readonly current: JsonObject;
}

/** Empty where there is nothing to change. */
export function threeWayPatch(type: Message | undefined, { original, modified, current }: ThreeWay): JsonObject {
  return combine(type, deletions(type, original, modified), changes(type, current, modified));
}

interface Rule {
  readonly type: SchemaType | undefined;
  /** Lists of this field are merged, by this member of their items or, without one, by value. */
  readonly merges: boolean;
  readonly key: string | undefined;
  /** Members that are not named go: of several sources of a volume one is chosen. */
  readonly retainsKeys: boolean;
}

function ruleOf(type: SchemaType | undefined, name: string): Rule {
  const inner = type && resolved(type);
  const nothing = { type: undefined, merges: false, key: undefined, retainsKeys: false };
  if (inner?.kind === "map") return { ...nothing, type: inner.value };
  const field = inner?.kind === "message" ? jsonFields(inner).get(name) : undefined;
  if (!field) return nothing;
  const strategy = field.patchStrategy ?? "";
  return {
    type: field.type,
    merges: strategy.includes("merge"),
    key: field.patchMergeKey,
    retainsKeys: strategy.includes("retainKeys"),
  };
}

function itemType(type: SchemaType | undefined): SchemaType | undefined {
  const list = type && resolved(type);
  return list?.kind === "list" ? list.item : undefined;
}

const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const isEmpty = (patch: JsonObject): boolean => Object.keys(patch).length === 0;

const withoutEmpty = (entries: readonly (readonly [string, unknown])[]): JsonObject =>
  Object.fromEntries(entries.filter(([, value]) => !(isObject(value) && isEmpty(value))));

/** What `modified` sets otherwise than `current`, or anew. */
function changes(type: SchemaType | undefined, current: JsonObject, modified: JsonObject): JsonObject {
  const patch = Object.entries(modified).flatMap(([name, value]): [string, unknown][] => {
    const before = current[name];
    if (value === null) return before === undefined ? [] : [[name, null]];
    if (before === undefined || before === null) return [[name, value]];
    if (isDeepStrictEqual(before, value)) return [];
    const rule = ruleOf(type, name);
    if (isObject(before) && isObject(value)) return objectChanges(rule, name, before, value);
    if (Array.isArray(before) && Array.isArray(value) && rule.merges) return listChanges(rule, name, before, value);
    return [[name, value]];
  });
  return Object.fromEntries(patch);
}

function objectChanges(rule: Rule, name: string, before: JsonObject, value: JsonObject): [string, unknown][] {
  const inner = changes(rule.type, before, value);
  return isEmpty(inner) ? [] : [[name, retaining(rule, inner, value)]];
}

const retaining = ({ retainsKeys }: Rule, patch: JsonObject, value: JsonObject): JsonObject =>
  retainsKeys ? { ...patch, $retainKeys: Object.keys(value).sort() } : patch;

type List = readonly unknown[];

function listChanges(rule: Rule, name: string, before: List, value: List): [string, unknown][] {
  const { key } = rule;
  const items = key ? keyedChanges({ ...rule, key }, before, value) : value.filter((one) => !before.includes(one));
  const order = key ? value.map((item) => ({ [key]: (item as JsonObject)[key] })) : value;
  if (items.length === 0 && !isReordered(key, before, value)) return [];
  return [...(items.length > 0 ? [[name, items] as [string, unknown]] : []), [`$setElementOrder/${name}`, order]];
}

function keyedChanges(rule: Rule & { readonly key: string }, before: List, value: List): List {
  const { key } = rule;
  return value.flatMap((item) => {
    const wanted = item as JsonObject;
    const found = (before as readonly JsonObject[]).find((one) => one[key] === wanted[key]);
    if (!found) return [wanted];
    const inner = changes(itemType(rule.type), found, wanted);
    return isEmpty(inner) ? [] : [{ ...retaining(rule, inner, wanted), [key]: wanted[key] }];
  });
}

/** Whether what both lists have stands in another order. */
function isReordered(key: string | undefined, before: List, value: List): boolean {
  const identity = (item: unknown) => (key ? (item as JsonObject)[key] : item);
  const [old, wanted] = [before.map(identity), value.map(identity)];
  const common = old.filter((one) => wanted.includes(one));
  return !isDeepStrictEqual(
    common,
    wanted.filter((one) => old.includes(one)),
  );
}

/** What `original` has and `modified` has not. */
function deletions(type: SchemaType | undefined, original: JsonObject, modified: JsonObject): JsonObject {
  const entries = Object.entries(original).flatMap(([name, before]): [string, unknown][] => {
    const value = modified[name];
    if (value === undefined) return [[name, null]];
    const rule = ruleOf(type, name);
    if (isObject(before) && isObject(value)) return [[name, deletions(rule.type, before, value)]];
    if (Array.isArray(before) && Array.isArray(value) && rule.merges) return listDeletions(rule, name, before, value);
    return [];
  });
  return withoutEmpty(entries);
}

function listDeletions(rule: Rule, name: string, before: List, value: List): [string, unknown][] {
  const { key } = rule;
  if (!key) {
    const gone = before.filter((one) => !value.includes(one));
    return gone.length > 0 ? [[`$deleteFromPrimitiveList/${name}`, gone]] : [];
  }
  const items = (before as readonly JsonObject[]).flatMap((old): JsonObject[] => {
    const found = (value as readonly JsonObject[]).find((one) => one[key] === old[key]);
    if (!found) return [{ $patch: "delete", [key]: old[key] }];
    const inner = deletions(itemType(rule.type), old, found);
    return isEmpty(inner) ? [] : [{ ...inner, [key]: old[key] }];
  });
  return items.length > 0 ? [[name, items]] : [];
}

/** Both patches as one; where both say something, the changes count. */
function combine(type: SchemaType | undefined, gone: JsonObject, changed: JsonObject): JsonObject {
  const names = [...new Set([...Object.keys(gone), ...Object.keys(changed)])];
  return Object.fromEntries(
    names.map((name) => {
      const [left, right] = [gone[name], changed[name]];
      if (right === undefined) return [name, left];
      const rule = ruleOf(type, name);
      if (isObject(left) && isObject(right)) return [name, combine(rule.type, left, right)];
      if (Array.isArray(left) && Array.isArray(right) && rule.key)
        return [name, inOrder(rule.key, changed[`$setElementOrder/${name}`], combineKeyed(rule, left, right))];
      return [name, right];
    }),
  );
}

function combineKeyed({ type, key = "" }: Rule, gone: List, changed: List): List {
  const partner = (list: List, item: unknown) =>
    (list as readonly JsonObject[]).find((one) => one[key] === (item as JsonObject)[key]);
  const merged = changed.map((item) => combine(itemType(type), partner(gone, item) ?? {}, item as JsonObject));
  return [...gone.filter((item) => !partner(changed, item)), ...merged];
}

/** Items of a patch must stand as the order beside them says; what is deleted is not in it, and comes first. */
function inOrder(key: string, order: unknown, items: List): List {
  if (!Array.isArray(order)) return items;
  const place = (item: unknown) =>
    (order as readonly JsonObject[]).findIndex((one) => one[key] === (item as JsonObject)[key]);
  return items.toSorted((a, b) => place(a) - place(b));
}
