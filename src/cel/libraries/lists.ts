/** Kubernetes' functions on lists: order, sums, places. */
import { type Overload, overload } from "../checker/signature.ts";
import { binaryOperators } from "../evaluate/operators.ts";
import { compareValues, equalValues } from "../values/compare.ts";
import { Duration, EvaluationError, type ListValue, Uint, type Value } from "../values/value.ts";

const ordered = ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"];
const zeros: Readonly<Record<string, Value>> = { int: 0n, uint: new Uint(0n), double: 0, duration: new Duration(0n) };
const traversal = { cost: (sizes: readonly number[]) => sizes[0]! };

function isSorted(list: ListValue): boolean {
  for (let index = 1; index < list.length; index++)
    if (!((compareValues(list.at(index - 1), list.at(index)) ?? 1) <= 0)) return false;
  return true;
}

function extreme(name: string, better: (order: number) => boolean) {
  return (list: ListValue): Value => {
    if (list.length === 0) throw new EvaluationError(`${name} called on empty list`);
    let best = list.at(0);
    for (const item of list) if (better(compareValues(item, best) ?? 0)) best = item;
    return best;
  };
}

function sum(zero: Value) {
  return (list: ListValue): Value => [...list].reduce(binaryOperators["_+_"]!, zero);
}

function indexOf(list: ListValue, wanted: Value): bigint {
  for (let index = 0; index < list.length; index++) if (equalValues(list.at(index), wanted)) return BigInt(index);
  return -1n;
}

function lastIndexOf(list: ListValue, wanted: Value): bigint {
  for (let index = list.length - 1; index >= 0; index--) if (equalValues(list.at(index), wanted)) return BigInt(index);
  return -1n;
}

export const lists: readonly Overload[] = [
  ...ordered.flatMap((kind) => [
    overload(`list(${kind}).isSorted(): bool`, isSorted, traversal),
    overload(
      `list(${kind}).min(): ${kind}`,
      extreme("min", (order) => order < 0),
      traversal,
    ),
    overload(
      `list(${kind}).max(): ${kind}`,
      extreme("max", (order) => order > 0),
      traversal,
    ),
  ]),
  ...Object.entries(zeros).map(([kind, zero]) => overload(`list(${kind}).sum(): ${kind}`, sum(zero), traversal)),
  overload("list(T).indexOf(T): int", indexOf, traversal),
  overload("list(T).lastIndexOf(T): int", lastIndexOf, traversal),
];
