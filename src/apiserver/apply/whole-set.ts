/** The set of everything that a value holds, itself included: what is added or removed with it. */
import { emptySet, type FieldSet } from "./field-set.ts";
import { indexItems } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import {
  alwaysFields,
  deduced,
  isObject,
  type JsonObject,
  type MapRules,
  resolveRules,
  type StructRules,
  type TypeRules,
} from "./type-rules.ts";

/** In order, with those that are printed though the value has them not. */
function keysOf(rules: StructRules | MapRules, value: JsonObject): string[] {
  const keys = Object.keys(value).filter((key) => value[key] !== undefined && value[key] !== null);
  if (rules.kind === "struct")
    for (const name of alwaysFields(rules)) if ((value[name] ?? undefined) === undefined) keys.push(name);
  return keys.sort();
}

export function wholeSet(declared: TypeRules, value: unknown): FieldSet {
  const rules = resolveRules(declared, value, undefined);
  const set: { [element: string]: FieldSet } = {};
  let bare = true;
  const add = (element: string, part: FieldSet) => {
    // The set's own element is written first, so that sets are in order as they are made.
    if (bare) set["."] = emptySet;
    bare = false;
    set[element] = part;
  };
  if ((rules.kind === "struct" || rules.kind === "map") && !rules.atomic && isObject(value)) {
    for (const key of keysOf(rules, value)) {
      const member = value[key] ?? undefined;
      const field = rules.kind === "struct" ? rules.fields.get(key) : undefined;
      const type = field?.type ?? (rules.kind === "map" ? rules.value : deduced);
      add(field?.element ?? fieldElement(key), member === undefined ? emptySet : wholeSet(type, member));
    }
  } else if (rules.kind === "list" && rules.listType !== "atomic" && Array.isArray(value)) {
    const items = indexItems(rules, value);
    for (const element of [...items.keys()].sort()) {
      const same = items.get(element)!;
      add(element, same.length > 1 ? emptySet : wholeSet(rules.item, same[0]));
    }
  }
  return bare ? emptySet : set;
}
