/** The fields that a configuration speaks of: what its applier owns. */
import { emptySet, type FieldSet, isEmptySet, union } from "./field-set.ts";
import { itemElement } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import {
  deduced,
  isObject,
  type JsonObject,
  type ListRules,
  type MapRules,
  resolveRules,
  type StructRules,
  type TypeRules,
} from "./type-rules.ts";

/** What lies under `ignore` is left out. */
export function ownedFields(rules: StructRules, object: JsonObject, ignore: FieldSet): FieldSet {
  return ownedMembers(rules, object, ignore) ?? emptySet;
}

type MutableSet = { [element: string]: FieldSet };

/** Undefined: nothing is named. */
function ownedValue(declared: TypeRules, at: unknown, ignore: FieldSet | undefined): MutableSet | undefined {
  const type = resolveRules(declared, at, undefined);
  if ((type.kind === "struct" || type.kind === "map") && !type.atomic && isObject(at))
    return ownedMembers(type, at, ignore);
  if (type.kind === "list" && type.listType !== "atomic" && Array.isArray(at)) return ownedItems(type, at, ignore);
  return {};
}

function ownedMembers(
  rules: StructRules | MapRules,
  at: JsonObject,
  ignore: FieldSet | undefined,
): MutableSet | undefined {
  let set: MutableSet | undefined;
  for (const key in at) {
    const member = at[key];
    const field = rules.kind === "struct" ? rules.fields.get(key) : undefined;
    const element = field?.element ?? fieldElement(key);
    const under = ignore?.[element];
    const isBare = member === null || (isObject(member) && isEmptySet(member));
    // Metadata that says nothing is nobody's.
    if (under && (isBare || isEmptySet(under))) continue;
    const owned = ownedValue(field?.type ?? (rules.kind === "map" ? rules.value : deduced), member, under);
    const isOwned = field === undefined || isBare;
    const part = isOwned ? withItself(owned) : owned;
    if (!part) continue;
    set ??= {};
    set[element] = part;
  }
  return set;
}

/** A list that was stored before its keys had to be unique may have several items of one. */
function ownedItems(rules: ListRules, items: readonly unknown[], ignore: FieldSet | undefined): MutableSet | undefined {
  let set: MutableSet | undefined;
  for (const item of items) {
    const element = itemElement(rules, item);
    const under = ignore?.[element];
    if (under && isEmptySet(under)) continue;
    const owned = withItself(ownedValue(rules.item, item, under));
    set ??= {};
    set[element] = union(set[element] ?? emptySet, owned);
  }
  return set;
}

function withItself(set: MutableSet | undefined): FieldSet {
  if (!set || isEmptySet(set)) return emptySet;
  set["."] = emptySet;
  return set;
}

/** The set with every declared field on the way to a member made a member too: owning `a.b` of a struct is owning `a`. */
export function withNamedFields(rules: TypeRules, set: FieldSet): FieldSet {
  const result: { [element: string]: FieldSet } = {};
  for (const element of Object.keys(set)) {
    const under = set[element]!;
    if (element === ".") {
      result[element] = under;
      continue;
    }
    const name = element.slice(2);
    const isField = element.startsWith("f:") && rules.kind === "struct" && rules.fields.has(name);
    const next = withNamedFields(elementRules(rules, element), under);
    const bare = Object.keys(next).length === 0;
    result[element] = isField && !bare && !("." in next) ? { ".": emptySet, ...next } : next;
  }
  return result;
}

/** The rules of what a path element leads to; undeclared ground is deduced. */
function elementRules(rules: TypeRules, element: string): TypeRules {
  if (rules.kind === "list") return rules.item;
  if (rules.kind === "map") return rules.value;
  return rules.kind === "struct" ? (rules.fields.get(element.slice(2))?.type ?? deduced) : deduced;
}
