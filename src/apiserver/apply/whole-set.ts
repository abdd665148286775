/** The set of everything that a value holds, itself included: what is added or removed with it. */
import { emptySet, type FieldSet } from "./field-set.ts";
import { indexItems, itemElement } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import {
  alwaysFields,
  deduced,
  isObject,
  type JsonObject,
  type ListRules,
  type MapRules,
  resolveRules,
  type StructRules,
  type TypeRules,
} from "./type-rules.ts";

/** In order, with those that are printed though the value has them not. */
function keysOf(rules: StructRules | MapRules, value: JsonObject): string[] {
  const keys: string[] = [];
  for (const key in value) if (value[key] !== undefined) keys.push(key);
  if (rules.kind === "struct") for (const name of alwaysFields(rules)) if (value[name] === undefined) keys.push(name);
  return keys.length > 1 ? keys.sort() : keys;
}

/** A set's own element is written first, so that sets are in order as they are made. */
export function wholeSet(declared: TypeRules, value: unknown): FieldSet {
  const rules = resolveRules(declared, value, undefined);
  if (rules.kind === "scalar" || rules.kind === "deduced") return emptySet;
  if (rules.kind === "list")
    return rules.listType !== "atomic" && Array.isArray(value) ? wholeItems(rules, value) : emptySet;
  return !rules.atomic && isObject(value) ? wholeMembers(rules, value) : emptySet;
}

function wholeMembers(rules: StructRules | MapRules, value: JsonObject): FieldSet {
  const keys = keysOf(rules, value);
  if (keys.length === 0) return emptySet;
  const set: { [element: string]: FieldSet } = { ".": emptySet };
  for (const key of keys) {
    const member = value[key] ?? undefined;
    const field = rules.kind === "struct" ? rules.fields.get(key) : undefined;
    const type = field?.type ?? (rules.kind === "map" ? rules.value : deduced);
    set[field?.element ?? fieldElement(key)] = member === undefined ? emptySet : wholeSet(type, member);
  }
  return set;
}

function wholeItems(rules: ListRules, items: readonly unknown[]): FieldSet {
  if (items.length === 0) return emptySet;
  const set: { [element: string]: FieldSet } = { ".": emptySet };
  if (items.length === 1) {
    set[itemElement(rules, items[0])] = wholeSet(rules.item, items[0]);
    return set;
  }
  const index = indexItems(rules, items);
  for (const element of [...index.keys()].sort()) {
    const same = index.get(element)!;
    set[element] = same.length > 1 ? emptySet : wholeSet(rules.item, same[0]);
  }
  return set;
}
