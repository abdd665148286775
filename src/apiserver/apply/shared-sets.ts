/** Pods of one template have the same owners of the same fields: thousands of objects share one set, or most of its parts. */
import { deepFreeze } from "../../api/mod.ts";
import { BoundedMap } from "../../client/mod.ts";
import { emptySet, type FieldSet, isEmptySet } from "./field-set.ts";

const remembered = 512;
/** Larger ones are hardly those of several objects. */
const longestText = 8192;
/** Below these a set is shared as a whole or not at all: `f:status`, `f:podIPs`, and an address. */
const sharedLevels = 3;

const known = new BoundedMap<string, FieldSet>(remembered);

/** The same set, frozen: one that was seen before where there was one like it. */
export function sharedSet(set: FieldSet, levels = sharedLevels): FieldSet {
  if (isEmptySet(set)) return emptySet;
  const text = JSON.stringify(set);
  if (text.length > longestText) return deepFreeze(set);
  const before = known.get(text);
  if (before) return before;
  const made = levels === 0 ? deepFreeze(set) : withSharedParts(set, levels - 1);
  known.set(text, made);
  return made;
}

function withSharedParts(set: FieldSet, levels: number): FieldSet {
  const parts: { [element: string]: FieldSet } = {};
  for (const element in set) parts[element] = sharedSet(set[element]!, levels);
  return Object.freeze(parts);
}
