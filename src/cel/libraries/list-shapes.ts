/** The language's extensions for lists: parts, order, without repetition. */
import { type Overload, overload } from "../checker/signature.ts";
import { compareValues, equalValues } from "../values/compare.ts";
import { ArrayList, EvaluationError, ListValue, none, OptionalValue, type Value } from "../values/value.ts";

/** Of the list that is made. */
const making = 11;
const traversal = {
  cost: (sizes: readonly number[]) => sizes[0]!,
  estimate: (sizes: readonly number[]) => sizes[0]! + making,
  size: (sizes: readonly number[]) => sizes[0]!,
};
const pairs = {
  cost: (sizes: readonly number[]) => sizes[0]! * sizes[0]!,
  size: (sizes: readonly number[]) => sizes[0]!,
};
const longestRange = 1_000_000;

function slice(list: ListValue, start: bigint, end: bigint): Value {
  const told = `cannot slice(${start}, ${end}), `;
  if (start < 0n || end < 0n) throw new EvaluationError(`${told}negative indexes not supported`);
  if (start > end) throw new EvaluationError(`${told}start index must be less than or equal to end index`);
  if (end > BigInt(list.length)) throw new EvaluationError(`${told}list is length ${list.length}`);
  return new ArrayList([...list].slice(Number(start), Number(end)));
}

function flattened(list: ListValue, depth: number): Value[] {
  return [...list].flatMap((item) => (depth > 0 && item instanceof ListValue ? flattened(item, depth - 1) : [item]));
}

function flatten(list: ListValue, depth = 1n): Value {
  if (depth < 0n) throw new EvaluationError("level must be non-negative");
  return new ArrayList(flattened(list, Number(depth)));
}

function distinct(list: ListValue): Value {
  const found: Value[] = [];
  for (const item of list) if (!found.some((other) => equalValues(other, item))) found.push(item);
  return new ArrayList(found);
}

/** Its numbers are made as they are looked at, which is paid for: a range that nobody goes through costs nothing. */
class RangeList extends ListValue {
  readonly length: number;

  constructor(length: number) {
    super();
    this.length = length;
  }

  at(index: number): Value {
    return BigInt(index);
  }
}

function range(count: bigint): Value {
  if (count > longestRange) throw new EvaluationError(`range is longer than ${longestRange}`);
  return new RangeList(Math.max(0, Number(count)));
}

function sort(list: ListValue): Value {
  return new ArrayList([...list].sort((one, other) => compareValues(one, other) ?? 0));
}

function end(position: (list: ListValue) => number) {
  return (list: ListValue): Value => (list.length === 0 ? none : new OptionalValue(list.at(position(list))));
}

const ordered = ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"];

export const listShapes: readonly Overload[] = [
  overload("list(T).slice(int, int): list(T)", slice, traversal),
  overload("list(list(T)).flatten(): list(T)", (list: ListValue) => flatten(list), traversal),
  overload("list(dyn).flatten(int): list(dyn)", flatten, traversal),
  overload("list(T).distinct(): list(T)", distinct, pairs),
  overload("list(T).reverse(): list(T)", (list: ListValue) => new ArrayList([...list].reverse()), traversal),
  overload("lists.range(int): list(int)", range, { estimate: () => Number.POSITIVE_INFINITY }),
  ...ordered.map((kind) => overload(`list(${kind}).sort(): list(${kind})`, sort, pairs)),
  overload(
    "list(T).first(): optional(T)",
    end(() => 0),
  ),
  overload(
    "list(T).last(): optional(T)",
    end((list) => list.length - 1),
  ),
];
