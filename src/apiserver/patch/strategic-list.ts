/** Lists in a strategic merge patch. */
import { isObject, type JsonObject, type TypeRules } from "../apply/type-rules.ts";
import { printGo } from "../apply/validate-config.ts";
import { PatchError } from "./patch-error.ts";
import { identityOf, Places } from "./places.ts";

export interface ListMerge {
  readonly item: TypeRules;
  /** Absent: a list of scalars. */
  readonly mergeKey: string | undefined;
  /** From `$setElementOrder`; absent: the patch's own order. */
  readonly order: readonly unknown[] | undefined;
  readonly mergeMap: (rules: TypeRules, original: JsonObject, patch: JsonObject) => JsonObject;
}

export function deleteScalars(list: readonly unknown[], values: readonly unknown[]): unknown[] {
  const gone = new Places(values);
  return list.filter((item) => !gone.has(item));
}

export function mergeList(merge: ListMerge, original: readonly unknown[], patch: readonly unknown[]): unknown[] {
  if (patch.length === 0 && original.length === 0) return [];
  const { mergeKey } = merge;
  if (mergeKey !== undefined && original.some(isObject) && patch.length > 0 && !patch.some(isObject))
    throw new PatchError("Plain", `list element types are not identical: ${printGo([original, patch])}`);
  if (mergeKey === undefined || patch.every((item) => !isObject(item))) return mergeScalars(merge, original, patch);
  const plain: JsonObject[] = [];
  let kept = original;
  const gone = new Set<string>();
  for (const item of patch) {
    if (!isObject(item))
      throw new PatchError("Plain", `list element types are not identical: ${printGo([original, patch])}`);
    if (!("$patch" in item)) plain.push(item);
    else if (item["$patch"] === "replace") kept = [];
    else if (item["$patch"] === "delete") gone.add(keyedIdentity(item, mergeKey));
    else throw badDirective(item);
  }
  checkOrder(merge, plain, patch, mergeKey);
  const left = kept.filter((item) => !gone.has(identityOf(item, mergeKey)));
  return orderList(mergeItems(merge, left, plain, mergeKey), original, merge.order ?? plain, mergeKey, plain);
}

function badDirective(item: JsonObject): PatchError {
  if (item["$patch"] === "merge") return new PatchError("Plain", "merging lists cannot yet be specified in the patch");
  return new PatchError("Plain", `unknown patch type: ${printGo(item["$patch"])} in map: ${printGo(item)}`);
}

export function keyOf(item: JsonObject, mergeKey: string): unknown {
  const value = item[mergeKey];
  if (value !== undefined && value !== null) return value;
  throw new PatchError("Plain", `map: ${printGo(item)} does not contain declared merge key: ${mergeKey}`);
}

function keyedIdentity(item: JsonObject, mergeKey: string): string {
  keyOf(item, mergeKey);
  return identityOf(item, mergeKey);
}

function mergeItems(
  merge: ListMerge,
  list: readonly unknown[],
  patch: readonly JsonObject[],
  mergeKey: string,
): unknown[] {
  const result = [...list];
  const places = new Places(list, mergeKey);
  for (const item of patch) {
    keyOf(item, mergeKey);
    const at = places.add(item);
    result[at] = merge.mergeMap(merge.item, (result[at] as JsonObject | undefined) ?? {}, item);
  }
  return result;
}

function mergeScalars(merge: ListMerge, original: readonly unknown[], patch: readonly unknown[]): unknown[] {
  if (new Set([...original, ...patch].map(typeName)).size > 1)
    throw new PatchError("Plain", `list element types are not identical: ${printGo([original, patch])}`);
  checkScalarOrder(merge.order, patch);
  const both = [...original, ...patch];
  const places = new Places(both);
  const all = both.filter((item, index) => places.of(item) === index);
  return orderList(all, original, merge.order ?? patch, undefined, patch);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}

function checkScalarOrder(order: readonly unknown[] | undefined, patch: readonly unknown[]): void {
  if (!order) return;
  let at = 0;
  for (const item of patch) {
    at = order.indexOf(item, at) + 1;
    if (at === 0) throw outOfOrder(patch, order);
  }
}

function outOfOrder(patch: readonly unknown[], order: readonly unknown[]): PatchError {
  const lists = `\n${printGo(patch)}\n doesn't match $setElementOrder list:\n${printGo(order)}\n`;
  return new PatchError("Plain", `The order in patch list:${lists}`);
}

/** The items of the patch must stand in the order that it asks for. */
function checkOrder(merge: ListMerge, plain: readonly JsonObject[], patch: readonly unknown[], mergeKey: string): void {
  if (!merge.order) return;
  const order = merge.order.map((item) => identityOf(item, mergeKey));
  let at = 0;
  for (const item of plain) {
    at = order.indexOf(identityOf(item, mergeKey), at);
    if (at < 0) throw outOfOrder(patch, merge.order);
  }
}

/**
 * Items named in `wanted` in its order, the others in the order they had; where both have a place in the original list that place decides
 * which comes first, else the wanted one does.
 */
export function orderList(
  list: readonly unknown[],
  original: readonly unknown[],
  wanted: readonly unknown[],
  mergeKey: string | undefined,
  patch: readonly unknown[] = wanted,
): unknown[] {
  const before = new Places(original.length > 0 ? original : list, mergeKey);
  const places = new Places(wanted, mergeKey);
  const patched = new Places(patch, mergeKey);
  const named = (item: unknown) => places.has(item) || patched.has(item);
  const ordered = list
    .filter(named)
    .map((item) => ({ item, wanted: places.of(item), before: before.of(item) }))
    .sort((a, b) => a.wanted - b.wanted);
  const others = list.filter((item) => !named(item));
  const result: unknown[] = [];
  let next = 0;
  for (const other of others) {
    const place = before.of(other);
    while (next < ordered.length && !comesFirst(place, ordered[next]!.before)) result.push(ordered[next++]!.item);
    result.push(other);
  }
  return [...result, ...ordered.slice(next).map(({ item }) => item)];
}

function comesFirst(other: number, wanted: number): boolean {
  return other >= 0 && wanted >= 0 && other < wanted;
}
