/** Chooses among the functions of a name by the values they are given. */
import type { Overload } from "../checker/signature.ts";
import type { Type } from "../checker/types.ts";
import { sizeOf } from "../cost/size.ts";
import {
  Duration,
  ListValue,
  MapValue,
  noSuchOverload,
  OpaqueValue,
  OptionalValue,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from "../values/value.ts";
import type { Frame } from "./frame.ts";

const tests: Readonly<Record<Type["kind"], (value: Value, type: Type) => boolean>> = {
  dyn: () => true,
  error: () => true,
  parameter: () => true,
  bool: (value) => typeof value === "boolean",
  int: (value) => typeof value === "bigint",
  uint: (value) => value instanceof Uint,
  double: (value) => typeof value === "number",
  string: (value) => typeof value === "string",
  bytes: (value) => value instanceof Uint8Array,
  null: (value) => value === null,
  timestamp: (value) => value instanceof Timestamp,
  duration: (value) => value instanceof Duration,
  list: (value, type) => value instanceof ListValue && itemsFit(value, type.parameters[0]!),
  map: (value) => value instanceof MapValue,
  type: (value) => value instanceof TypeValue,
  object: (value) => value instanceof MapValue,
  opaque: (value, type) =>
    value instanceof OptionalValue
      ? type.name === "optional_type"
      : value instanceof OpaqueValue && value.typeName === type.name,
};

export function fits(value: Value, type: Type): boolean {
  return tests[type.kind](value, type);
}

/** The first tells for all: lists of several types are met only by functions that take any. */
function itemsFit(list: ListValue, type: Type): boolean {
  return list.length === 0 || fits(list.at(0), type);
}

/** Throws `no such overload` where none fits. */
export function invoke(overloads: readonly Overload[], values: Value[], frame: Frame): Value {
  const found = overloads.find(({ parameters }) => parameters.every((type, at) => fits(values[at]!, type)));
  if (!found) throw noSuchOverload();
  frame.spend(found.cost ? Math.ceil(found.cost(values.map(sizeOf))) : 1);
  return found.run(...values);
}
