/** Laying a configuration over a live object, as server-side apply does. */
import { getKey, setKey } from "../../api/mod.ts";
import { indexItems, itemElement } from "./list-items.ts";
import {
  deduced,
  isObject,
  type JsonObject,
  type ListRules,
  memberRules,
  resolveRules,
  type TypeRules,
} from "./type-rules.ts";

/** What the configuration does not speak of stays; null takes the place of what is taken whole. Shares unchanged parts with both arguments. */
export function merge(declared: TypeRules, live: unknown, config: unknown): unknown {
  if (config === undefined) return live;
  const rules = resolveRules(declared, live, config);
  // A null says nothing of what is merged member by member.
  if (config === null) return isMerged(rules) ? (live ?? null) : null;
  if ((rules.kind === "struct" || rules.kind === "map") && isMerged(rules) && isObject(config)) {
    const result: JsonObject = isObject(live) ? { ...live } : {};
    for (const [key, value] of Object.entries(config)) {
      const merged = merge(memberRules(rules, key) ?? deduced, getKey(result, key), value);
      if (merged === undefined) delete result[key];
      else setKey(result, key, merged);
    }
    return result;
  }
  if (rules.kind === "list" && rules.listType !== "atomic" && Array.isArray(config))
    return mergeLists(rules, Array.isArray(live) ? live : [], config);
  return config;
}

function isMerged(rules: TypeRules): boolean {
  if (rules.kind === "list") return rules.listType !== "atomic";
  return (rules.kind === "struct" || rules.kind === "map") && !rules.atomic;
}

/**
 * Items of the configuration keep their order among themselves, items of the live list that it does not name keep their place before the
 * common item that follows them.
 */
function mergeLists(rules: ListRules, live: readonly unknown[], config: readonly unknown[]): unknown[] {
  const liveIndex = indexItems(rules, live);
  const configElements = config.map((item) => itemElement(rules, item));
  const inConfig = new Set(configElements);
  const common = configElements.filter((element) => liveIndex.has(element));
  const result: unknown[] = [];
  let [taken, commonTaken] = [0, 0];
  const take = () => {
    const element = configElements[taken]!;
    const before = liveIndex.get(element)?.[0];
    if (before !== undefined) commonTaken++;
    result.push(merge(rules.item, before, config[taken++]));
    return element;
  };
  for (const item of live) {
    const element = itemElement(rules, item);
    if (!inConfig.has(element)) result.push(item);
    else if (element === common[commonTaken]) while (take() !== element);
  }
  while (taken < config.length) take();
  return result;
}
