/**
 * What an expression computes with. JavaScript's own values where they fit: `bigint` is CEL's int, `number` its double, `Uint8Array` its
 * bytes, `null` its null. Lists and maps are abstract, so that stored objects need not be copied to be looked at.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | ListValue
  | MapValue
  | TypeValue
  | OptionalValue
  | OpaqueValue;

export class Uint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

export class Timestamp {
  /** Since the epoch. */
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

export class Duration {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/** How lists of a schema with `x-kubernetes-list-type` compare and add; other lists are sequences. */
export type ListSemantics = { readonly type: "set" } | { readonly type: "map"; readonly keys: readonly string[] };

export abstract class ListValue {
  abstract readonly length: number;
  readonly semantics: ListSemantics | undefined = undefined;
  abstract at(index: number): Value;

  *[Symbol.iterator](): IterableIterator<Value> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}

export class ArrayList extends ListValue {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    super();
    this.items = items;
  }

  get length(): number {
    return this.items.length;
  }

  at(index: number): Value {
    return this.items[index]!;
  }
}

/** `undefined` answers: there is no such key. */
export abstract class MapValue {
  abstract readonly size: number;
  /** The name of its type, where it is an object rather than a map. */
  readonly typeName: string | undefined = undefined;
  abstract get(key: Value): Value | undefined;
  abstract keys(): Iterable<Value>;

  has(key: Value): boolean {
    return this.get(key) !== undefined;
  }
}

/** Equal numbers are the same key, whatever their type. */
export function mapKey(key: Value): string | boolean | bigint | undefined {
  if (typeof key === "string" || typeof key === "boolean" || typeof key === "bigint") return key;
  if (key instanceof Uint) return key.value;
  return typeof key === "number" && Number.isInteger(key) ? BigInt(key) : undefined;
}

export class EntryMap extends MapValue {
  readonly #entries = new Map<string | boolean | bigint, readonly [Value, Value]>();
  override readonly typeName: string | undefined;

  constructor(entries: Iterable<readonly [Value, Value]>, typeName?: string) {
    super();
    this.typeName = typeName;
    for (const entry of entries) this.#entries.set(mapKey(entry[0])!, entry);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    const normal = mapKey(key);
    return normal === undefined ? undefined : this.#entries.get(normal)?.[1];
  }

  *keys(): IterableIterator<Value> {
    for (const [key] of this.#entries.values()) yield key;
  }
}

export class TypeValue {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export class OptionalValue {
  /** Absent where there is none. */
  readonly value: Value | undefined;

  constructor(value?: Value) {
    this.value = value;
  }
}

export const none = new OptionalValue();

/** Values of the libraries: quantities, URLs, addresses. */
export abstract class OpaqueValue {
  abstract readonly typeName: string;

  equals(other: OpaqueValue): boolean {
    return this === other;
  }
}

/** Something went wrong while an expression ran; `&&` and `||` may swallow it. */
export class EvaluationError extends Error {}

/** The budget is used up: nothing swallows that. */
export class CostError extends Error {}

export function noSuchOverload(): EvaluationError {
  return new EvaluationError("no such overload");
}

export function noSuchKey(key: Value): EvaluationError {
  return new EvaluationError(`no such key: ${keyText(key)}`);
}

function keyText(key: Value): string {
  if (key instanceof Uint) return String(key.value);
  return typeof key === "object" ? typeNameOf(key) : String(key);
}

/** What `type(value)` is called. */
export function typeNameOf(value: Value): string {
  if (value === null) return "null_type";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "double";
    case "string":
      return "string";
  }
  if (value instanceof MapValue) return value.typeName ?? "map";
  if (value instanceof ListValue) return "list";
  if (value instanceof OpaqueValue) return value.typeName;
  return otherTypeName(value);
}

function otherTypeName(value: Uint | Uint8Array | Timestamp | Duration | TypeValue | OptionalValue): string {
  if (value instanceof Uint) return "uint";
  if (value instanceof Timestamp) return "google.protobuf.Timestamp";
  if (value instanceof Duration) return "google.protobuf.Duration";
  if (value instanceof TypeValue) return "type";
  return value instanceof OptionalValue ? "optional_type" : "bytes";
}
