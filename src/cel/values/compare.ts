/** Equality and order across the types: numbers compare by what they are worth, whatever their type. */
import { identityOf } from "./list-identity.ts";
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
} from "./value.ts";

type Numeric = bigint | number | Uint;

export function isNumeric(value: Value): value is Numeric {
  return typeof value === "bigint" || typeof value === "number" || value instanceof Uint;
}

/** JavaScript compares bigint and number exactly. */
function worth(value: Numeric): bigint | number {
  return value instanceof Uint ? value.value : value;
}

export function equalValues(left: Value, right: Value): boolean {
  if (left === right) return true;
  // biome-ignore lint/suspicious/noDoubleEquals: 1n == 1 is what is asked
  if (isNumeric(left)) return isNumeric(right) && worth(left) == worth(right);
  if (left === null || right === null || typeof left !== "object" || typeof right !== "object") return false;
  if (left instanceof ListValue) return right instanceof ListValue && equalLists(left, right);
  if (left instanceof MapValue) return right instanceof MapValue && equalMaps(left, right);
  if (left instanceof OpaqueValue)
    return right instanceof OpaqueValue && left.typeName === right.typeName && left.equals(right);
  return equalScalars(left, right);
}

function equalScalars(left: Value, right: Value): boolean {
  if (left instanceof Timestamp) return right instanceof Timestamp && left.nanoseconds === right.nanoseconds;
  if (left instanceof Duration) return right instanceof Duration && left.nanoseconds === right.nanoseconds;
  if (left instanceof TypeValue) return right instanceof TypeValue && left.name === right.name;
  if (left instanceof OptionalValue) return right instanceof OptionalValue && equalOptionals(left, right);
  if (left instanceof Uint8Array) return right instanceof Uint8Array && Buffer.compare(left, right) === 0;
  return false;
}

function equalOptionals(left: OptionalValue, right: OptionalValue): boolean {
  if (left.value === undefined || right.value === undefined) return left.value === right.value;
  return equalValues(left.value, right.value);
}

function equalLists(left: ListValue, right: ListValue): boolean {
  if (left.length !== right.length) return false;
  const semantics = left.semantics ?? right.semantics;
  if (semantics) return equalInAnyOrder(left, right, identityOf(semantics));
  for (let index = 0; index < left.length; index++) if (!equalValues(left.at(index), right.at(index))) return false;
  return true;
}

function equalInAnyOrder(left: ListValue, right: ListValue, identity: (item: Value) => string): boolean {
  const others = new Map([...right].map((item) => [identity(item), item]));
  for (const item of left) {
    const other = others.get(identity(item));
    if (other === undefined || !equalValues(item, other)) return false;
  }
  return true;
}

function equalMaps(left: MapValue, right: MapValue): boolean {
  if (left.size !== right.size) return false;
  for (const key of left.keys()) {
    const other = right.get(key);
    if (other === undefined || !equalValues(left.get(key)!, other)) return false;
  }
  return true;
}

/** Less than zero where left comes first. Throws where the two have no order. NaN is in no order to anything: `undefined`. */
export function compareValues(left: Value, right: Value): number | undefined {
  if (isNumeric(left) && isNumeric(right)) return order(worth(left), worth(right));
  if (typeof left === "string" && typeof right === "string") return compareStrings(left, right);
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  if (left instanceof Timestamp && right instanceof Timestamp) return order(left.nanoseconds, right.nanoseconds);
  if (left instanceof Duration && right instanceof Duration) return order(left.nanoseconds, right.nanoseconds);
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  throw noSuchOverload();
}

function order(left: bigint | number, right: bigint | number): number | undefined {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number.isNaN(left) || Number.isNaN(right) ? undefined : 0;
}

/** By code points, as their UTF-8 bytes would compare; JavaScript's own order is by UTF-16 units. */
function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    if (left.charCodeAt(index) !== right.charCodeAt(index)) {
      const [a, b] = [left.codePointAt(index)!, right.codePointAt(index)!];
      return surrogateOrder(a) - surrogateOrder(b);
    }
  }
  return left.length - right.length;
}

/** A difference in the second half of a pair reads as a lone surrogate, which still orders rightly among pairs. */
function surrogateOrder(codePoint: number): number {
  return codePoint >= 0xdc00 && codePoint <= 0xdfff ? codePoint + 0x110000 : codePoint;
}
