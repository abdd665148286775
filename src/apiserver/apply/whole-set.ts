/** The set of everything that a value holds, itself included: what is added or removed with it. */
import type { FieldSet } from "./field-set.ts";
import { itemElement } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import { SetChain } from "./set-chain.ts";
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

export function wholeSet(declared: TypeRules, value: unknown): FieldSet {
  return wholeChain(declared, value).set;
}

export function wholeChain(declared: TypeRules, value: unknown): SetChain {
  const rules = resolveRules(declared, value, undefined);
  if (rules.kind === "scalar" || rules.kind === "deduced") return SetChain.empty;
  if (rules.kind === "list")
    return rules.listType !== "atomic" && Array.isArray(value) ? wholeList(rules, value) : SetChain.empty;
  return !rules.atomic && isObject(value) ? wholeMembers(rules, value) : SetChain.empty;
}

/** Fields that are printed though the value has them not are there too. */
function wholeMembers(rules: StructRules | MapRules, value: JsonObject): SetChain {
  const start = SetChain.itself;
  let chain = start;
  for (const key in value) {
    const member = value[key];
    if (member === undefined) continue;
    const field = rules.kind === "struct" ? rules.fields.get(key) : undefined;
    const type = field?.type ?? (rules.kind === "map" ? rules.value : deduced);
    const part = member === null ? SetChain.empty : wholeChain(type, member);
    chain = chain.with(field?.element ?? fieldElement(key), part);
  }
  if (rules.kind === "struct")
    for (const name of alwaysFields(rules))
      if (value[name] === undefined) chain = chain.with(fieldElement(name), SetChain.empty);
  return chain === start ? SetChain.empty : chain;
}

function wholeList(rules: ListRules, items: readonly unknown[]): SetChain {
  return items.length === 0 ? SetChain.empty : wholeItems(SetChain.itself, rules, items);
}

/** Items of one element cannot be told apart: the element is all there is of them. */
export function wholeItems(chain: SetChain, rules: ListRules, items: readonly unknown[]): SetChain {
  if (items.length === 1) return chain.with(itemElement(rules, items[0]), wholeChain(rules.item, items[0]));
  const parts = new Map<string, SetChain>();
  for (const item of items) {
    const element = itemElement(rules, item);
    parts.set(element, parts.has(element) ? SetChain.empty : wholeChain(rules.item, item));
  }
  let all = chain;
  for (const [element, part] of parts) all = all.with(element, part);
  return all;
}
