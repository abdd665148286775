/**
 * Brings a JSON-shaped value into the one form that objects have in memory, which is what upstream would print after reading and storing it:
 * unknown fields, nulls and zero values that mean nothing are dropped, fields that upstream always prints are added, quantities, times and
 * bytes become canonical. Runs on every write, so each message is compiled to a closure once, on first use, and values are changed in place.
 */
import { isShared, setKey } from "../object.ts";
import { quantityCanonical } from "../quantity.ts";
import type { AlternativeType, Field, Kind, ListType, MapType, Message, SchemaType } from "../schema/types.ts";
import { apiVersionOf, jsonFields } from "../schema/walk.ts";
import { canonicalizeMicroTime, canonicalizeTime } from "../time.ts";
import { fillAbsent, fillersOf, zeroItem } from "./fillers.ts";
import { noteEmpty, noteEmptyList } from "./given-empty.ts";

/** Counts what a caller may want to hear about. */
export interface Tally {
  /** Keys of all objects, at any depth. */
  keys: number;
  /** Keys that no field answers to. */
  unknown: number;
}

/** The value does not have the schema's shape. Where and why: see `explain`. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** Answers the value to use instead: undefined drops it. */
type Normalize = (value: unknown, tally: Tally) => unknown;
type JsonRecord = Record<string, unknown>;
type NormalizeMessage = (object: JsonRecord, tally: Tally) => void;

/** Thrown often enough (bad requests) to be made once: nobody looks at its stack. */
const mismatch = new ShapeError("the value does not fit its schema");

const compiled = new WeakMap<Message, NormalizeMessage>();

/** Normalizes an object in place. Throws `ShapeError`, the object then being half done. */
export function normalizeInPlace<T>(message: Message<T>, object: object, tally: Tally = { keys: 0, unknown: 0 }): T {
  normalizerOf(message)(object as JsonRecord, tally);
  return object as T;
}

function normalizerOf(message: Message): NormalizeMessage {
  let normalize = compiled.get(message);
  if (!normalize) {
    normalize = compileMessage(message);
    compiled.set(message, normalize);
  }
  return normalize;
}

function compileMessage(message: Message): NormalizeMessage {
  const fields = new Map<string, Normalize>();
  if (message.gvk) for (const name of ["apiVersion", "kind"]) fields.set(name, keptText);
  for (const [name, field] of jsonFields(message)) fields.set(name, compileField(field));
  const fillers = fillersOf(message);
  const required = [...jsonFields(message)].filter(([, { always, type }]) => always && type.kind === "list");
  const lists = required.length > 0 ? new Set(required.map(([name]) => name)) : undefined;
  const identity = message.gvk && identityOf(message as Kind);
  const mayShare = sharesParts(message);
  return (object, tally) => {
    if (identity) tally.keys -= identity(object);
    for (const key in object) {
      tally.keys++;
      const before = object[key];
      if (mayShare && isShared(before)) continue;
      const normalize = fields.get(key);
      const after = normalize ? normalize(before, tally) : unknownKey(tally, before);
      if (after === undefined) {
        delete object[key];
        if (before) noteEmpty(object, key, before);
      } else if (after !== before) object[key] = after;
      if (lists?.has(key) && isEmptyList(after)) noteEmptyList(object, key, after as object);
    }
    fillAbsent(object, fillers);
  };
}

/** Whether members may be those of another object, see `Present`: of kinds, and of metadata. */
function sharesParts({ gvk, fields }: Message): boolean {
  return gvk !== undefined || "managedFields" in fields;
}

function unknownKey(tally: Tally, value: unknown): undefined {
  tally.unknown++;
  countKeys(value, tally);
}

/** Answers how many keys it added. */
function identityOf({ gvk }: Kind): (object: JsonRecord) => number {
  const apiVersion = apiVersionOf(gvk);
  return (object) => {
    const given = ("kind" in object ? 1 : 0) + ("apiVersion" in object ? 1 : 0);
    if (!object["kind"]) object["kind"] = gvk.kind;
    if (!object["apiVersion"]) object["apiVersion"] = apiVersion;
    return 2 - given;
  };
}

/** A null is nothing; a scalar zero is nothing too, unless the field says that it matters. */
function compileField({ type, pointer, always }: Field): Normalize {
  const normalize = compileType(type);
  if (pointer || always) return (value, tally) => (value === null ? undefined : normalize(value, tally));
  switch (type.kind) {
    case "string":
      return (value) => (value === null || value === "" ? undefined : keptText(value));
    case "bytes":
    case "int32":
    case "int64":
    case "double":
    case "boolean":
      return (value, tally) => (value === null ? undefined : normalize(value, tally) || undefined);
    case "list":
      return (value, tally) => (value === null || isEmptyList(value) ? undefined : normalize(value, tally));
    case "map":
      return (value, tally) => (value === null ? undefined : withoutEmpty(normalize(value, tally)));
    default:
      return (value, tally) => (value === null ? undefined : normalize(value, tally));
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function withoutEmpty(map: unknown): unknown {
  for (const _ in map as object) return map;
  return undefined;
}

/** For values that are there and not null. */
function compileType(type: SchemaType): Normalize {
  switch (type.kind) {
    case "string":
      return keptText;
    case "int32":
      return (value) => (isInt32(value) ? value : fail());
    case "int64":
      return (value) => (isInt64(value) ? value : fail());
    case "double":
      return (value) => (Number.isFinite(value) ? value : fail());
    case "boolean":
      return (value) => (typeof value === "boolean" ? value : fail());
    case "bytes":
      return (value) => (typeof value === "string" ? canonicalBase64(value) : fail());
    case "quantity":
      return (value) => (typeof value === "string" || typeof value === "number" ? canonicalQuantity(value) : fail());
    case "time":
      return (value) => (typeof value === "string" ? canonicalizeTime(value) : fail());
    case "microTime":
      return (value) => (typeof value === "string" ? canonicalizeMicroTime(value) : fail());
    case "intOrString":
      return (value) => (typeof value === "string" || isInt32(value) ? value : fail());
    case "rawExtension":
    case "fields":
    case "json":
      return rawValue;
    case "list":
      return compileList(type);
    case "map":
      return compileMap(type);
    case "alternative":
      return compileAlternative(type);
    case "lazy":
      return (value, tally) => normalizeMessage(type.resolve(), value, tally);
    case "message":
      return compileNested(type);
  }
}

function fail(): never {
  throw mismatch;
}

function keptText(value: unknown): unknown {
  return typeof value === "string" ? value : fail();
}

function isInt32(value: unknown): value is number {
  return typeof value === "number" && (value | 0) === value;
}

function isInt64(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) <= 2 ** 63;
}

/** Numbers stand for their decimal text, as written. */
function canonicalQuantity(value: string | number): string {
  return quantityCanonical(typeof value === "number" ? String(value) : value.trim());
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Line breaks are allowed in base64; what the last bits before the padding are does not matter. */
function canonicalBase64(text: string): string {
  const line = /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, "") : text;
  if (!base64.test(line)) fail();
  return line.endsWith("=") ? Buffer.from(line, "base64").toString("base64") : line;
}

/** Raw JSON of another encoding. */
export function checkRaw(value: unknown): unknown {
  return rawValue(value, { keys: 0, unknown: 0 });
}

/** Taken as it is; but for a number beyond what one can be, which was read as infinite and could not be printed. */
function rawValue(value: unknown, tally: Tally): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) fail();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) for (const item of value) rawValue(item, tally);
  else {
    for (const key in value) {
      tally.keys++;
      rawValue((value as JsonRecord)[key], tally);
    }
  }
  return value;
}

/** What is unknown goes, its keys count all the same. */
function countKeys(value: unknown, tally: Tally): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) for (const item of value) countKeys(item, tally);
  else {
    for (const key in value) {
      tally.keys++;
      countKeys((value as JsonRecord)[key], tally);
    }
  }
  return value;
}

function compileNested(message: Message): Normalize {
  let normalize: NormalizeMessage | undefined;
  return (value, tally) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) fail();
    normalize ??= normalizerOf(message);
    normalize(value as JsonRecord, tally);
    return value;
  };
}

function normalizeMessage(message: Message, value: unknown, tally: Tally): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail();
  normalizerOf(message)(value as JsonRecord, tally);
  return value;
}

function compileList({ item }: ListType): Normalize {
  const normalize = compileItem(item);
  return (value, tally) => {
    if (!Array.isArray(value)) fail();
    for (let index = 0; index < value.length; index++) {
      const before: unknown = value[index];
      const after = normalize(before, tally);
      if (after !== before) value[index] = after;
    }
    return value;
  };
}

function compileMap({ value: valueType }: MapType): Normalize {
  const normalize = compileItem(valueType);
  return (value, tally) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) fail();
    const object = value as JsonRecord;
    for (const key in object) {
      tally.keys++;
      const before = object[key];
      const after = normalize(before, tally);
      if (after !== before) setKey(object, key, after);
    }
    return value;
  };
}

/** A null in a list or map is the zero value of its type, and in raw JSON itself. */
function compileItem(type: SchemaType): Normalize {
  const normalize = compileType(type);
  return (value, tally) => (value === null ? zeroItem(type) : normalize(value, tally));
}

function compileAlternative({ message, other }: AlternativeType): Normalize {
  const list = compileList({
    kind: "list",
    item: message,
    listType: undefined,
    listMapKeys: undefined,
    wrapped: false,
  });
  return (value, tally) => {
    if (other === "boolean" && typeof value === "boolean") return value;
    if (other === "strings" && Array.isArray(value))
      return value.every((item) => typeof item === "string") ? value : fail();
    if (other === "list" && Array.isArray(value)) return list(value, tally);
    return normalizeMessage(message.resolve(), value, tally);
  };
}
