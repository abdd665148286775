/** The set of everything that a value holds, itself included: what is added or removed with it. */
import { emptySet, type FieldSet } from "./field-set.ts";
import { indexItems } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import { deduced, isObject, resolveRules, type TypeRules } from "./type-rules.ts";

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
    for (const key of Object.keys(value).sort()) {
      const member = value[key];
      if (member === undefined || member === null) continue;
      const field = rules.kind === "struct" ? rules.fields.get(key) : undefined;
      const type = field?.type ?? (rules.kind === "map" ? rules.value : deduced);
      add(field?.element ?? fieldElement(key), wholeSet(type, member));
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
