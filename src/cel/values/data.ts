/** Stored JSON as CEL values, by the shape that a schema gives it; converted where it is looked at, never copied whole. */
import { parseDuration } from "./duration.ts";
import { parseTimestamp } from "./timestamp.ts";
import { type ListSemantics, ListValue, MapValue, type Value } from "./value.ts";

export interface PropertyShape {
  /** The name in JSON; expressions may know it by an escaped one. */
  readonly name: string;
  readonly shape: Shape;
}

/** What JSON is to be read as. `dyn` reads what is there. */
export type Shape =
  | { readonly kind: "dyn" | "string" | "int" | "double" | "bool" | "timestamp" | "duration" | "bytes" }
  | { readonly kind: "list"; readonly item: Shape; readonly semantics?: ListSemantics }
  | { readonly kind: "map"; readonly value: Shape }
  | { readonly kind: "object"; readonly typeName: string; readonly properties: ReadonlyMap<string, PropertyShape> };

export const dynShape: Shape = { kind: "dyn" };

/** What does not fit its shape is read as what it is: a type error shows where it is used. */
export function fromJson(json: unknown, shape: Shape): Value {
  if (json === null || json === undefined) return null;
  switch (typeof json) {
    case "boolean":
      return json;
    case "string":
      return fromText(json, shape);
    case "number":
      return fromNumber(json, shape);
  }
  if (Array.isArray(json)) return new JsonList(json, shape);
  return new JsonMap(json as Readonly<Record<string, unknown>>, shape);
}

function fromText(text: string, shape: Shape): Value {
  if (shape.kind === "timestamp") return parseTimestamp(text) ?? text;
  if (shape.kind === "duration") return parseDuration(text) ?? text;
  if (shape.kind === "bytes") return Buffer.from(text, "base64");
  return text;
}

function fromNumber(value: number, shape: Shape): Value {
  if (shape.kind === "double") return value;
  return Number.isInteger(value) ? BigInt(value) : value;
}

class JsonList extends ListValue {
  readonly #items: readonly unknown[];
  readonly #shape: Shape;
  override readonly semantics: ListSemantics | undefined;

  constructor(items: readonly unknown[], shape: Shape) {
    super();
    this.#items = items;
    this.#shape = shape.kind === "list" ? shape.item : dynShape;
    this.semantics = shape.kind === "list" ? shape.semantics : undefined;
  }

  get length(): number {
    return this.#items.length;
  }

  at(index: number): Value {
    return fromJson(this.#items[index], this.#shape);
  }
}

class JsonMap extends MapValue {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #shape: Shape;
  override readonly typeName: string | undefined;

  constructor(object: Readonly<Record<string, unknown>>, shape: Shape) {
    super();
    this.#object = object;
    this.#shape = shape;
    this.typeName = shape.kind === "object" ? shape.typeName : undefined;
  }

  get size(): number {
    return Object.keys(this.#object).length;
  }

  /** Properties of an object are asked for by their escaped names. */
  get(key: Value): Value | undefined {
    if (typeof key !== "string") return undefined;
    const shape = this.#shape;
    if (shape.kind === "object") {
      const property = shape.properties.get(key);
      if (property) return this.#read(property.name, property.shape);
      return undefined;
    }
    return this.#read(key, shape.kind === "map" ? shape.value : dynShape);
  }

  #read(name: string, shape: Shape): Value | undefined {
    if (!Object.hasOwn(this.#object, name)) return undefined;
    const json = this.#object[name];
    return json === undefined ? undefined : fromJson(json, shape);
  }

  *keys(): IterableIterator<Value> {
    if (this.#shape.kind !== "object") {
      yield* Object.keys(this.#object);
      return;
    }
    for (const [key, { name }] of this.#shape.properties) if (Object.hasOwn(this.#object, name)) yield key;
  }
}
