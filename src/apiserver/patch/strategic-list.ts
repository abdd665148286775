/** Lists in a strategic merge patch. */
import { deepEqual, isObject, type JsonObject, type TypeRules } from "../apply/type-rules.ts";
import { printGo } from "../apply/validate-config.ts";
import { PatchError } from "./patch-error.ts";

export interface ListMerge {
  readonly item: TypeRules;
  /** Absent: a list of scalars. */
  readonly mergeKey: string | undefined;
  /** From `$setElementOrder`; absent: the patch's own order. */
  readonly order: readonly unknown[] | undefined;
  readonly mergeMap: (rules: TypeRules, original: JsonObject, patch: JsonObject) => JsonObject;
}

export function deleteScalars(list: readonly unknown[], values: readonly unknown[]): unknown[] {
  return list.filter((item) => !values.some((value) => deepEqual(item, value)));
}

export function mergeList(merge: ListMerge, original: readonly unknown[], patch: readonly unknown[]): unknown[] {
  if (patch.length === 0 && original.length === 0) return [];
  const { mergeKey } = merge;
  if (mergeKey !== undefined && original.some(isObject) && patch.length > 0 && !patch.some(isObject))
    throw new PatchError("Plain", `list element types are not identical: ${printGo([original, patch])}`);
  if (mergeKey === undefined || patch.every((item) => !isObject(item))) return mergeScalars(merge, original, patch);
  const plain: JsonObject[] = [];
  let kept = [...original];
  for (const item of patch) {
    if (!isObject(item))
      throw new PatchError("Plain", `list element types are not identical: ${printGo([original, patch])}`);
    if (!("$patch" in item)) plain.push(item);
    else if (item["$patch"] === "replace") kept = [];
    else if (item["$patch"] === "delete") kept = kept.filter(without(item, mergeKey));
    else throw badDirective(item);
  }
  checkOrder(merge, plain, patch, mergeKey);
  for (const item of plain) mergeItem(merge, kept, item, mergeKey);
  return orderList(kept, original, merge.order ?? plain, mergeKey, plain);
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

function without(item: JsonObject, mergeKey: string): (other: unknown) => boolean {
  const key = keyOf(item, mergeKey);
  return (other) => !(isObject(other) && deepEqual(other[mergeKey], key));
}

function mergeItem(merge: ListMerge, list: unknown[], item: JsonObject, mergeKey: string): void {
  const differs = without(item, mergeKey);
  const at = list.findIndex((other) => !differs(other));
  if (at < 0) list.push(merge.mergeMap(merge.item, {}, item));
  else list[at] = merge.mergeMap(merge.item, list[at] as JsonObject, item);
}

function mergeScalars(merge: ListMerge, original: readonly unknown[], patch: readonly unknown[]): unknown[] {
  if (new Set([...original, ...patch].map(typeName)).size > 1)
    throw new PatchError("Plain", `list element types are not identical: ${printGo([original, patch])}`);
  checkScalarOrder(merge.order, patch);
  const all: unknown[] = [];
  for (const item of [...original, ...patch]) if (!all.some((other) => deepEqual(other, item))) all.push(item);
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
  let at = 0;
  for (const item of plain) {
    while (at < merge.order.length && !sameItem(merge.order[at], item, mergeKey)) at++;
    if (at === merge.order.length) throw outOfOrder(patch, merge.order);
  }
}

function sameItem(a: unknown, b: unknown, mergeKey: string | undefined): boolean {
  if (mergeKey === undefined || !isObject(a) || !isObject(b)) return deepEqual(a, b);
  return deepEqual(a[mergeKey], b[mergeKey]);
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
  const placeIn = (items: readonly unknown[], item: unknown) =>
    items.findIndex((other) => sameItem(other, item, mergeKey));
  const before = original.length > 0 ? original : list;
  const named = (item: unknown) => placeIn(wanted, item) >= 0 || placeIn(patch, item) >= 0;
  const ordered = list.filter(named).sort((a, b) => placeIn(wanted, a) - placeIn(wanted, b));
  const others = list.filter((item) => !named(item));
  const result: unknown[] = [];
  let next = 0;
  for (const other of others) {
    while (next < ordered.length && !comesFirst(placeIn(before, other), placeIn(before, ordered[next])))
      result.push(ordered[next++]);
    result.push(other);
  }
  return [...result, ...ordered.slice(next)];
}

function comesFirst(other: number, wanted: number): boolean {
  return other >= 0 && wanted >= 0 && other < wanted;
}
