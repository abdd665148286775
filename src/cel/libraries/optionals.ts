/** Values that may be missing. */
import { type Overload, overload } from "../checker/signature.ts";
import {
  ArrayList,
  Duration,
  EvaluationError,
  ListValue,
  MapValue,
  none,
  OptionalValue,
  Uint,
  type Value,
} from "../values/value.ts";

function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === 0n || value === "") return true;
  if (value instanceof ListValue || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof MapValue) return value.size === 0;
  if (value instanceof Uint) return value.value === 0n;
  return value instanceof Duration && value.nanoseconds === 0n;
}

function content({ value }: OptionalValue): Value {
  if (value === undefined) throw new EvaluationError("optional.none() dereference");
  return value;
}

function unwrap(list: ListValue): Value {
  const values = [...list] as OptionalValue[];
  return new ArrayList(values.flatMap(({ value }) => (value === undefined ? [] : [value])));
}

export const optionals: readonly Overload[] = [
  overload("optional.of(T): optional(T)", (value: Value) => new OptionalValue(value)),
  overload("optional.ofNonZeroValue(T): optional(T)", (value: Value) =>
    isZero(value) ? none : new OptionalValue(value),
  ),
  overload("optional.none(): optional(T)", () => none),
  overload("optional.unwrap(list(optional(T))): list(T)", unwrap),
  overload("list(optional(T)).unwrapOpt(): list(T)", unwrap),
  overload("optional(T).hasValue(): bool", ({ value }: OptionalValue) => value !== undefined),
  overload("optional(T).value(): T", content),
  overload("optional(T).or(optional(T)): optional(T)", (one: OptionalValue, other: OptionalValue) =>
    one.value === undefined ? other : one,
  ),
  overload("optional(T).orValue(T): T", ({ value }: OptionalValue, other: Value) =>
    value === undefined ? other : value,
  ),
];
