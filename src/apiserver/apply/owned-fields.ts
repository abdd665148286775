/** The fields that a configuration speaks of: what its applier owns. */
import { emptySet, type FieldSet, FieldSetBuilder } from "./field-set.ts";
import { itemElement } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import { deduced, isObject, type JsonObject, resolveRules, type StructRules, type TypeRules } from "./type-rules.ts";

/** What lies under `ignore` is left out. */
export function ownedFields(rules: StructRules, object: JsonObject, ignore: FieldSet): FieldSet {
  const builder = new FieldSetBuilder();
  const path: string[] = [];

  const value = (declared: TypeRules, at: unknown, under: FieldSet): void => {
    const type = resolveRules(declared, at, undefined);
    if ((type.kind === "struct" || type.kind === "map") && !type.atomic && isObject(at)) members(type, at, under);
    else if (type.kind === "list" && type.listType !== "atomic" && Array.isArray(at)) {
      for (const item of at) descend(itemElement(type, item), type.item, item, true, under);
    } else builder.insert(path);
  };
  const members = (type: TypeRules & { kind: "struct" | "map" }, at: JsonObject, under: FieldSet): void => {
    for (const [key, member] of Object.entries(at)) {
      const declared = type.kind === "map" ? undefined : type.fields.get(key);
      const memberType = type.kind === "map" ? type.value : (declared?.type ?? deduced);
      const bare = member === null || (isObject(member) && Object.keys(member).length === 0);
      // Metadata that says nothing is nobody's.
      if (bare && fieldElement(key) in under) continue;
      descend(fieldElement(key), memberType, member, declared === undefined || bare, under);
    }
  };
  const descend = (element: string, type: TypeRules, at: unknown, itself: boolean, ignored: FieldSet): void => {
    const under = ignored[element];
    if (under && Object.keys(under).length === 0) return;
    path.push(element);
    if (itself) builder.insert(path);
    value(type, at, under ?? emptySet);
    path.pop();
  };

  members(rules, object, ignore);
  return builder.build();
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
