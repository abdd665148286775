/** Taking fields out of an object. */
import { setKey } from "../../api/mod.ts";
import { type FieldSet, isEmptySet, memberOf } from "./field-set.ts";
import { itemElement } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import { deduced, isObject, type JsonObject, memberRules, resolveRules, type TypeRules } from "./type-rules.ts";

/** A copy of the value without the members of the set; what loses all its members stays as an empty map or list. Parts that keep everything are shared. */
export function removeItems(declared: TypeRules, value: unknown, set: FieldSet): unknown {
  if (isEmptySet(set)) return value;
  const rules = resolveRules(declared, value, undefined);
  if ((rules.kind === "struct" || rules.kind === "map") && !rules.atomic && isObject(value)) {
    const result: JsonObject = {};
    for (const [key, member] of Object.entries(value)) {
      const left = keep(memberRules(rules, key) ?? deduced, fieldElement(key), member, set);
      if (left !== undefined) setKey(result, key, left);
    }
    return result;
  }
  if (rules.kind !== "list" || rules.listType === "atomic" || !Array.isArray(value)) return value;
  return value
    .map((item) => keep(rules.item, itemElement(rules, item), item, set))
    .filter((item) => item !== undefined);
}

function keep(rules: TypeRules, element: string, value: unknown, set: FieldSet): unknown {
  if (memberOf(set, element)) return undefined;
  const under = set[element];
  return under ? removeItems(rules, value, under) : value;
}
