/** Lists taken as sets. */
import { type Overload, overload } from "../checker/signature.ts";
import { equalValues } from "../values/compare.ts";
import type { ListValue, Value } from "../values/value.ts";

const product = {
  cost: (sizes: readonly number[]) => sizes[0]! * sizes[1]!,
  estimate: (sizes: readonly number[]) => sizes[0]! * sizes[1]! + 1,
};

function holds(list: ListValue, value: Value): boolean {
  for (const item of list) if (equalValues(item, value)) return true;
  return false;
}

function contains(list: ListValue, part: ListValue): boolean {
  return [...part].every((value) => holds(list, value));
}

export const sets: readonly Overload[] = [
  overload("sets.contains(list(T), list(T)): bool", contains, product),
  overload(
    "sets.equivalent(list(T), list(T)): bool",
    (one: ListValue, other: ListValue) => contains(one, other) && contains(other, one),
    product,
  ),
  overload(
    "sets.intersects(list(T), list(T)): bool",
    (one: ListValue, other: ListValue) => [...one].some((value) => holds(other, value)),
    product,
  ),
];
