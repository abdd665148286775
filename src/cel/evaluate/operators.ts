/** What the operators do, by the values they meet. */
import { compareValues, equalValues } from "../values/compare.ts";
import { durationOf } from "../values/duration.ts";
import { identityOf } from "../values/list-identity.ts";
import { timestampOf } from "../values/timestamp.ts";
import {
  ArrayList,
  Duration,
  EvaluationError,
  ListValue,
  MapValue,
  none,
  noSuchKey,
  noSuchOverload,
  OptionalValue,
  Timestamp,
  Uint,
  type Value,
} from "../values/value.ts";

const largestInt = 2n ** 63n - 1n;
const largestUint = 2n ** 64n - 1n;

export function checkedInt(value: bigint): bigint {
  if (value > largestInt || value < -largestInt - 1n) throw new EvaluationError("integer overflow");
  return value;
}

export function checkedUint(value: bigint): Uint {
  if (value > largestUint || value < 0n) throw new EvaluationError("unsigned integer overflow");
  return new Uint(value);
}

type BigintOperation = (left: bigint, right: bigint) => bigint;

function arithmetic(left: Value, right: Value, whole: BigintOperation, real: (l: number, r: number) => number): Value {
  if (typeof left === "bigint" && typeof right === "bigint") return checkedInt(whole(left, right));
  if (typeof left === "number" && typeof right === "number") return real(left, right);
  if (left instanceof Uint && right instanceof Uint) return checkedUint(whole(left.value, right.value));
  throw noSuchOverload();
}

function add(left: Value, right: Value): Value {
  if (typeof left === "string" && typeof right === "string") return left + right;
  if (left instanceof ListValue && right instanceof ListValue) return concatenate(left, right);
  if (left instanceof Timestamp && right instanceof Duration) return timestampOf(left.nanoseconds + right.nanoseconds);
  if (left instanceof Duration && right instanceof Timestamp) return timestampOf(left.nanoseconds + right.nanoseconds);
  if (left instanceof Duration && right instanceof Duration) return durationOf(left.nanoseconds + right.nanoseconds);
  if (left instanceof Uint8Array && right instanceof Uint8Array) return new Uint8Array(Buffer.concat([left, right]));
  return arithmetic(
    left,
    right,
    (l, r) => l + r,
    (l, r) => l + r,
  );
}

/** Sets keep what they have; lists that are maps let the right side replace items in place. */
function concatenate(left: ListValue, right: ListValue): Value {
  const { semantics } = left;
  if (!semantics) return new ArrayList(itemsOf(left).concat(itemsOf(right)));
  const identity = identityOf(semantics);
  const items = [...left];
  const places = new Map(items.map((item, position) => [identity(item), position]));
  for (const item of right) {
    const key = identity(item);
    const place = places.get(key) ?? items.length;
    places.set(key, place);
    items[place] = item;
  }
  return new ArrayList(items);
}

function itemsOf(list: ListValue): readonly Value[] {
  return list instanceof ArrayList ? list.items : [...list];
}

function subtract(left: Value, right: Value): Value {
  if (left instanceof Timestamp && right instanceof Timestamp) return durationOf(left.nanoseconds - right.nanoseconds);
  if (left instanceof Timestamp && right instanceof Duration) return timestampOf(left.nanoseconds - right.nanoseconds);
  if (left instanceof Duration && right instanceof Duration) return durationOf(left.nanoseconds - right.nanoseconds);
  return arithmetic(
    left,
    right,
    (l, r) => l - r,
    (l, r) => l - r,
  );
}

function multiply(left: Value, right: Value): Value {
  return arithmetic(
    left,
    right,
    (l, r) => l * r,
    (l, r) => l * r,
  );
}

function divide(left: Value, right: Value): Value {
  const whole: BigintOperation = (l, r) => {
    if (r === 0n) throw new EvaluationError("division by zero");
    return l / r;
  };
  return arithmetic(left, right, whole, (l, r) => l / r);
}

function modulo(left: Value, right: Value): Value {
  const whole: BigintOperation = (l, r) => {
    if (r === 0n) throw new EvaluationError("modulus by zero");
    return l % r;
  };
  return arithmetic(left, right, whole, () => {
    throw noSuchOverload();
  });
}

function negate(value: Value): Value {
  if (typeof value === "bigint") return checkedInt(-value);
  if (typeof value === "number") return -value;
  throw noSuchOverload();
}

function isIn(value: Value, container: Value): boolean {
  if (container instanceof MapValue) return container.has(value);
  if (!(container instanceof ListValue)) throw noSuchOverload();
  for (const item of container) if (equalValues(item, value)) return true;
  return false;
}

function listIndex(list: ListValue, index: Value): Value | undefined {
  const at = index instanceof Uint ? Number(index.value) : typeof index === "bigint" ? Number(index) : index;
  if (typeof at !== "number") throw new EvaluationError(`unsupported index type '${typeof index}' in list`);
  return Number.isInteger(at) && at >= 0 && at < list.length ? list.at(at) : undefined;
}

/** `undefined`: there is nothing at that place, because there is nothing in what is no container either. */
export function lookup(container: Value, index: Value): Value | undefined {
  if (container instanceof ListValue) return listIndex(container, index);
  return container instanceof MapValue ? container.get(index) : undefined;
}

export function index(container: Value, at: Value): Value {
  if (container instanceof OptionalValue) return optionalIndex(container, at);
  const found = lookup(container, at);
  if (found !== undefined) return found;
  if (container instanceof ListValue)
    throw new EvaluationError(`index out of bounds: ${at instanceof Uint ? at.value : at}`);
  throw noSuchKey(at);
}

function optionalIndex(container: Value, at: Value): Value {
  const inner = container instanceof OptionalValue ? container.value : container;
  if (inner === undefined) return none;
  const found = lookup(inner, at);
  return found === undefined ? none : new OptionalValue(found);
}

function compare(accepts: (order: number) => boolean) {
  return (left: Value, right: Value): Value => {
    const order = compareValues(left, right);
    return order !== undefined && accepts(order);
  };
}

export const unaryOperators: Readonly<Record<string, (value: Value) => Value>> = {
  "-_": negate,
  "!_": (value) => {
    if (typeof value !== "boolean") throw noSuchOverload();
    return !value;
  },
};

export const binaryOperators: Readonly<Record<string, (left: Value, right: Value) => Value>> = {
  "_+_": add,
  "_-_": subtract,
  "_*_": multiply,
  "_/_": divide,
  "_%_": modulo,
  "_==_": equalValues,
  "_!=_": (left, right) => !equalValues(left, right),
  "_<_": compare((order) => order < 0),
  "_<=_": compare((order) => order <= 0),
  "_>_": compare((order) => order > 0),
  "_>=_": compare((order) => order >= 0),
  "_[_]": index,
  "_[?_]": optionalIndex,
  "@in": isIn,
};
