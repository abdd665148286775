/** Items of set and keyed lists, told apart by their path element. */
import { keyElement, valueElement } from "./path-element.ts";
import type { ListRules } from "./type-rules.ts";

export function itemElement(rules: ListRules, item: unknown): string {
  return rules.listType === "map" ? keyElement(item, rules.keys) : valueElement(item);
}

/** Items by element, in the order of the list. A list that was stored before its keys had to be unique may have several of one. */
export function indexItems(rules: ListRules, list: readonly unknown[]): Map<string, unknown[]> {
  const index = new Map<string, unknown[]>();
  for (const item of list) {
    const element = itemElement(rules, item);
    const found = index.get(element);
    if (found) found.push(item);
    else index.set(element, [item]);
  }
  return index;
}
