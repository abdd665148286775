/** From protobuf to objects in memory. Each message is compiled to a table of closures by field number once, on first use. */
import { setKey } from "../object.ts";
import { inOnePiece } from "../one-piece.ts";
import type { AlternativeType, Field, Inline, ListType, MapType, Message, SchemaType } from "../schema/types.ts";
import { apiVersionOf } from "../schema/walk.ts";
import { formatTime } from "../time.ts";
import { JsonSyntaxError, parseJson } from "./json-text.ts";
import { normalizeInPlace } from "./normalize.ts";
import { WireError, WireReader, wireType } from "./wire-reader.ts";

type JsonRecord = Record<string, unknown>;
/** Reads one field's value into the object. */
type ReadField = (object: JsonRecord, reader: WireReader) => void;
/** Reads one value, its length first where it has one. */
type ReadValue = (reader: WireReader) => unknown;

interface FieldReader {
  readonly wire: number;
  readonly read: ReadField;
  /** Numbers of a list may come packed into one field. */
  readonly readPacked?: ReadField;
}

type MessageReader = readonly (FieldReader | undefined)[];

const compiled = new WeakMap<Message, MessageReader>();

/** Reads a message without an envelope; the object is in canonical form. Throws `WireError`, and what texts that do not fit throw. */
export function decodeMessage<T>(message: Message<T>, bytes: Uint8Array): T {
  const object: JsonRecord = message.gvk ? { kind: message.gvk.kind, apiVersion: apiVersionOf(message.gvk) } : {};
  readMessage(message, object, new WireReader(bytes));
  return normalizeInPlace(message, object);
}

/** A field that comes twice adds to what is there: lists go on, messages are merged, scalars are replaced. */
function readMessage(message: Message, object: JsonRecord, reader: WireReader): void {
  const fields = readerOf(message);
  while (reader.position < reader.end) {
    const key = reader.varint();
    const wire = key & 7;
    const field = fields[key >>> 3];
    if (!field) reader.skip(wire);
    else if (field.wire === wire) field.read(object, reader);
    else if (field.readPacked && wire === wireType.bytes) field.readPacked(object, reader);
    else throw new WireError(`proto: wrong wireType = ${wire} for field ${key >>> 3}`);
  }
  if (reader.position !== reader.end) throw new WireError("unexpected EOF");
}

function readerOf(message: Message): MessageReader {
  let fields = compiled.get(message);
  if (!fields) {
    fields = compileMessage(message);
    compiled.set(message, fields);
  }
  return fields;
}

function compileMessage({ fields }: Message): MessageReader {
  const byTag: (FieldReader | undefined)[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (field.tag > 0) byTag[field.tag] = field.inline ? compileInline(field) : compileField(name, field);
  }
  return byTag;
}

/** The nested message gives its fields to the outer object. */
function compileInline({ type }: Inline): FieldReader {
  return { wire: wireType.bytes, read: (object, reader) => readWithin(type, object, reader) };
}

/** Reads a length, then the message of that many bytes. */
function readWithin(message: Message, object: JsonRecord, reader: WireReader): void {
  const outerEnd = reader.enter();
  readMessage(message, object, reader);
  reader.leave(outerEnd);
}

function compileField(name: string, field: Field): FieldReader {
  const { type } = field;
  if (type.kind === "list" && !type.wrapped) return compileList(name, type);
  if (type.kind === "map") return compileMap(name, type);
  if (type.kind === "message")
    return { wire: wireType.bytes, read: (object, reader) => readNested(type, name, object, reader) };
  const read = compileValue(type);
  const wire = wireTypeOf(type);
  if (isDroppedZero(field)) return { wire, read: (object, reader) => setUnlessZero(object, name, read(reader)) };
  return {
    wire,
    read: (object, reader) => {
      const value = read(reader);
      if (value !== undefined) object[name] = value;
    },
  };
}

/** Scalars whose zero is nothing. Go writes them all: what never stands in the object need not be deleted, which would make it a slow one. */
function isDroppedZero({ type, pointer, always }: Field): boolean {
  return !pointer && !always && ["string", "bytes", "int32", "int64", "double", "boolean"].includes(type.kind);
}

function setUnlessZero(object: JsonRecord, name: string, value: unknown): void {
  if (value) object[name] = value;
  else if (object[name] !== undefined) delete object[name];
}

function readNested(message: Message, name: string, object: JsonRecord, reader: WireReader): void {
  const target = (object[name] ?? {}) as JsonRecord;
  readWithin(message, target, reader);
  object[name] = target;
}

function compileList(name: string, { item }: ListType): FieldReader {
  const read = compileValue(item);
  const wire = wireTypeOf(item);
  const readOne: ReadField = (object, reader) => {
    const value = read(reader) ?? null;
    const list = object[name] as unknown[] | undefined;
    if (list) list.push(value);
    else object[name] = [value];
  };
  if (wire === wireType.bytes) return { wire, read: readOne };
  const readPacked: ReadField = (object, reader) => {
    const outerEnd = reader.enter();
    while (reader.position < reader.end) readOne(object, reader);
    reader.leave(outerEnd);
  };
  return { wire, read: readOne, readPacked };
}

/** An entry is a message of key (1) and value (2); what is absent is the zero value. */
function compileMap(name: string, { value: type }: MapType): FieldReader {
  const readValue = compileValue(type);
  const empty = () => readValue(new WireReader(emptyLength));
  const readEntry = (map: JsonRecord, reader: WireReader) => {
    let key = "";
    let value: unknown;
    while (reader.position < reader.end) {
      const tag = reader.varint();
      if (tag === keyTag) key = reader.text();
      else if (tag >>> 3 === 2) value = readValue(reader);
      else reader.skip(tag & 7);
    }
    setKey(map, key, value ?? empty());
  };
  return {
    wire: wireType.bytes,
    read: (object, reader) => {
      const map = (object[name] ?? {}) as JsonRecord;
      const outerEnd = reader.enter();
      readEntry(map, reader);
      reader.leave(outerEnd);
      object[name] = map;
    },
  };
}

const keyTag = 8 + wireType.bytes;
/** Read as any value this is its zero: length 0, or the number 0. */
const emptyLength = new Uint8Array(8);

function wireTypeOf(type: SchemaType): number {
  if (type.kind === "int32" || type.kind === "int64" || type.kind === "boolean") return wireType.varint;
  return type.kind === "double" ? wireType.fixed64 : wireType.bytes;
}

function compileValue(type: SchemaType): ReadValue {
  switch (type.kind) {
    case "string":
      return (reader) => reader.text();
    case "int32":
      return (reader) => reader.int32();
    case "int64":
      return (reader) => reader.int64();
    case "double":
      return finiteDouble;
    case "boolean":
      return (reader) => reader.varint() !== 0;
    case "bytes":
      return (reader) => reader.base64();
    case "quantity":
      return (reader) => readParts(reader, quantityParts).text || "0";
    case "time":
    case "microTime":
      return (reader) => readTime(reader, type.kind);
    case "intOrString":
      return readIntOrString;
    case "rawExtension":
    case "fields":
    case "json":
      return readRaw;
    case "list":
      return compileWrapped(type);
    case "message":
      return (reader) => readWhole(type, reader);
    case "lazy":
      return (reader) => readWhole(type.resolve(), reader);
    case "alternative":
      return compileAlternative(type);
    case "map":
      throw new Error("protobuf has no map as a value of its own");
  }
}

function readWhole(message: Message, reader: WireReader): JsonRecord {
  const object: JsonRecord = {};
  readWithin(message, object, reader);
  return object;
}

/** The parts of the small messages that stand for one value in memory. */
interface Parts {
  text: string;
  first: number;
  second: number;
  raw: Buffer | undefined;
}

type ReadPart = (parts: Parts, reader: WireReader) => void;

function readParts(reader: WireReader, byTag: readonly (ReadPart | undefined)[]): Parts {
  const parts: Parts = { text: "", first: 0, second: 0, raw: undefined };
  const outerEnd = reader.enter();
  while (reader.position < reader.end) {
    const tag = reader.varint();
    const read = byTag[tag >>> 3];
    if (read) read(parts, reader);
    else reader.skip(tag & 7);
  }
  reader.leave(outerEnd);
  return parts;
}

const partText: ReadPart = (parts, reader) => {
  parts.text = reader.text();
};
const partFirst: ReadPart = (parts, reader) => {
  parts.first = reader.int64();
};
const partSecond: ReadPart = (parts, reader) => {
  parts.second = reader.int64();
};
const partRaw: ReadPart = (parts, reader) => {
  parts.raw = reader.bytes();
};
const quantityParts = [undefined, partText];
const timeParts = [undefined, partFirst, partSecond];
const intOrStringParts = [undefined, partFirst, partSecond, partText];
const rawParts = [undefined, partRaw];

/** What RFC 3339 can say: from the first second of the year 0 to the last of 9999. */
const [firstSecond, lastSecond] = [-62_167_219_200, 253_402_300_799];

/** Seconds and nanoseconds since the epoch. No parts at all are the zero time, which means absent. */
function readTime(reader: WireReader, kind: "time" | "microTime"): string | undefined {
  const start = reader.position;
  const { first: seconds, second: nanoseconds } = readParts(reader, timeParts);
  if (reader.position === start + 1) return undefined;
  const isTime = seconds >= firstSecond && seconds <= lastSecond && nanoseconds >= 0 && nanoseconds < 1e9;
  if (!isTime) throw new WireError("a time is outside of the years 0 to 9999");
  const text = formatTime(seconds * 1000);
  if (kind === "time") return text;
  return inOnePiece(`${text.slice(0, 19)}.${String(Math.floor(nanoseconds / 1000)).padStart(6, "0")}Z`);
}

function readIntOrString(reader: WireReader): number | string {
  const { first: type, second: number, text } = readParts(reader, intOrStringParts);
  return type === 1 ? text : number | 0;
}

function readRaw(reader: WireReader): unknown {
  const { raw } = readParts(reader, rawParts);
  return raw === undefined || raw.length === 0 ? undefined : parseRaw(raw.toString("utf8"));
}

/** JSON, in which every object is stored and shown, has no others. */
function finiteDouble(reader: WireReader): number {
  const value = reader.double();
  if (Number.isFinite(value)) return value;
  throw new WireError(`json: unsupported value: ${goNumber(value)}`);
}

const goNumber = (value: number): string => (Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");

function parseRaw(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw error instanceof JsonSyntaxError ? new WireError(`json parse error: ${error.message}`) : error;
  }
}

function compileWrapped(type: ListType): ReadValue {
  const { read } = compileList("items", type);
  return (reader) => readAlternatives(reader, [undefined, read])["items"] ?? [];
}

function readAlternatives(reader: WireReader, byTag: readonly (ReadField | undefined)[]): JsonRecord {
  const found: JsonRecord = {};
  const outerEnd = reader.enter();
  while (reader.position < reader.end) {
    const tag = reader.varint();
    const read = byTag[tag >>> 3];
    if (read) read(found, reader);
    else reader.skip(tag & 7);
  }
  reader.leave(outerEnd);
  return found;
}

/** A boolean stands in field 1 before its message in 2; a message in 1 before its lists in 2. */
function compileAlternative({ message, other }: AlternativeType): ReadValue {
  const one: ReadField = (object, reader) => {
    object["one"] = readWhole(message.resolve(), reader);
  };
  const allowed: ReadField = (object, reader) => {
    object["allowed"] = reader.varint() !== 0;
  };
  const item: SchemaType = other === "strings" ? { kind: "string", enum: undefined } : message;
  const { read: many } = compileList("many", {
    kind: "list",
    item,
    listType: undefined,
    listMapKeys: undefined,
    wrapped: false,
  });
  const byTag = other === "boolean" ? [undefined, allowed, one] : [undefined, one, many];
  return (reader) => {
    const found = readAlternatives(reader, byTag);
    return found["one"] ?? found["many"] ?? (other === "boolean" ? (found["allowed"] ?? false) : []);
  };
}
