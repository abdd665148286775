/** `--sort-by`: the order of objects by what a JSONPath finds in each. */
import { findAll } from "./jsonpath/evaluate.ts";
import { parseRelaxedPath } from "./jsonpath/template.ts";

const chunks = (text: string): readonly string[] => text.match(/\d+|\D+/g) ?? [];

/** Text in which numbers count as numbers: `pod-9` before `pod-10`. */
function compareNaturally(left: string, right: string): number {
  const [ours, theirs] = [chunks(left), chunks(right)];
  for (const [at, chunk] of ours.entries()) {
    const other = theirs[at];
    if (other === undefined) return 1;
    if (chunk === other) continue;
    if (/^\d/.test(chunk) && /^\d/.test(other) && Number(chunk) !== Number(other)) return Number(chunk) - Number(other);
    return chunk < other ? -1 : 1;
  }
  return ours.length - theirs.length;
}

function compareValues(left: unknown, right: unknown): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  if (typeof left === "number" && typeof right === "number") return left - right;
  return compareNaturally(String(left), String(right));
}

/** Stable; objects without the field come first. */
export function sortedBy<T>(items: readonly T[], path: string, objectOf: (item: T) => unknown): readonly T[] {
  const parsed = parseRelaxedPath(path);
  const keyed = items.map((item) => ({ item, value: findAll(parsed, objectOf(item), objectOf(item))[0] }));
  return keyed.sort((a, b) => compareValues(a.value, b.value)).map(({ item }) => item);
}
