/** Lists declared as sets or maps hold each item once. */
import { sortKeys } from "../../../api/mod.ts";
import { isObject } from "../../apply/type-rules.ts";
import { duplicate, type FieldError, invalid } from "../../validation/field-error.ts";
import { type JsonObject, memberNode, type StructuralNode } from "./structural-node.ts";
import { Place } from "./walk.ts";

export function duplicateItems(value: unknown, node: StructuralNode): FieldError[] {
  const errors: FieldError[] = [];
  visit(value, node, new Place(), errors);
  return errors;
}

function visit(value: unknown, node: StructuralNode, place: Place, errors: FieldError[]): void {
  if (typeof value !== "object" || value === null || !node.holds.uniqueLists) return;
  if (Array.isArray(value)) visitList(value, node, place, errors);
  else visitMembers(value as JsonObject, node, place, errors);
}

function visitMembers(object: JsonObject, node: StructuralNode, place: Place, errors: FieldError[]): void {
  for (const [name, member] of Object.entries(object)) {
    const known = memberNode(node, name);
    if (!known) continue;
    place.enter(name);
    visit(member, known, place, errors);
    place.leave();
  }
}

function visitList(list: readonly unknown[], node: StructuralNode, place: Place, errors: FieldError[]): void {
  const identityOf = identity(node);
  const seen = new Set<string>();
  const told = new Set<string>();
  for (const [position, item] of list.entries()) {
    place.enter(position);
    const shown = identityOf?.(item);
    const key = shown === undefined ? undefined : JSON.stringify(sortKeys(shown));
    if (key !== undefined && seen.has(key) && !told.has(key)) {
      told.add(key);
      errors.push(duplicate(place.path(), shown));
    }
    if (key !== undefined) seen.add(key);
    if (node.listType === "map" && !isObject(item))
      errors.push(invalid(place.path(), item, "must be an object for an array of list-type map"));
    if (node.items) visit(item, node.items, place, errors);
    place.leave();
  }
}

/** What an item is told apart by: itself, or its keys. Undefined for items that are not of the declared shape: others tell of those. */
function identity({ listType, listMapKeys }: StructuralNode): ((item: unknown) => unknown) | undefined {
  if (listType === "set") return (item) => item ?? undefined;
  if (listType === "atomic") return undefined;
  return (item) => {
    if (!isObject(item)) return undefined;
    const keys = listMapKeys.filter((key) => Object.hasOwn(item, key)).map((key) => [key, item[key]] as const);
    return Object.fromEntries(keys);
  };
}
