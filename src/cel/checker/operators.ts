/** The types of the operators. What they do is in `evaluate/operators.ts`: it depends on the values alone. */
import { noSuchOverload } from "../values/value.ts";
import { type Overload, overload } from "./signature.ts";

const half = (sizes: readonly number[]) => Math.ceil(Math.min(sizes[0]!, sizes[1]!) * 0.1);
const together = (sizes: readonly number[]) => Math.ceil((sizes[0]! + sizes[1]!) * 0.1);
const sum = (sizes: readonly number[]) => sizes[0]! + sizes[1]!;

const numbers = ["int", "uint", "double"];
const numeric = (operator: string, kinds: readonly string[]) =>
  kinds.map((kind) => `${operator}(${kind}, ${kind}): ${kind}`);

const plain = [
  "!_(bool): bool",
  "-_(int): int",
  "-_(double): double",
  "_&&_(bool, bool): bool",
  "_||_(bool, bool): bool",
  "_?_:_(bool, T, T): T",
  ...numeric("_-_", numbers),
  ...numeric("_*_", numbers),
  ...numeric("_/_", numbers),
  ...numeric("_%_", ["int", "uint"]),
  ...numeric("_+_", numbers),
  "_+_(timestamp, duration): timestamp",
  "_+_(duration, timestamp): timestamp",
  "_+_(duration, duration): duration",
  "_-_(timestamp, timestamp): duration",
  "_-_(timestamp, duration): timestamp",
  "_-_(duration, duration): duration",
  "_[_](list(T), int): T",
  "_[_](map(K, V), K): V",
  "_[_](optional(list(T)), int): optional(T)",
  "_[_](optional(map(K, V)), K): optional(V)",
  "_[?_](list(T), int): optional(T)",
  "_[?_](map(K, V), K): optional(V)",
  "_[?_](optional(list(T)), int): optional(T)",
  "_[?_](optional(map(K, V)), K): optional(V)",
  "@in(K, map(K, V)): bool",
];

const ordered = ["bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration"];
const mixed = numbers.flatMap((left) => numbers.filter((right) => right !== left).map((right) => [left, right]));

function orders(operator: string): Overload[] {
  const same = ordered.map((kind) => [kind, kind]);
  return [...same, ...mixed].map(([left, right]) => {
    const costly = left === "string" || left === "bytes";
    return overload(`${operator}(${left}, ${right}): bool`, noSuchOverload as never, costly ? { cost: half } : {});
  });
}

export const operators: readonly Overload[] = [
  ...plain.map((signature) => overload(signature, noSuchOverload as never)),
  overload("@in(T, list(T)): bool", noSuchOverload as never, { cost: (sizes) => sizes[1]! }),
  overload("_==_(T, T): bool", noSuchOverload as never, { cost: half }),
  overload("_!=_(T, T): bool", noSuchOverload as never, { cost: half }),
  overload("_+_(string, string): string", noSuchOverload as never, { cost: together, size: sum }),
  overload("_+_(bytes, bytes): bytes", noSuchOverload as never, { cost: together, size: sum }),
  // Upstream charges nothing for it, as it copies nothing; a list that is doubled forty times has its price here.
  overload("_+_(list(T), list(T)): list(T)", noSuchOverload as never, { cost: sum, size: sum }),
  ...["_<_", "_<=_", "_>_", "_>=_"].flatMap(orders),
];
