/** From objects in memory to protobuf. Each message is compiled to a list of closures once, on first use. */
import { isShared } from "../object.ts";
import type { AlternativeType, Field, Inline, ListType, MapType, Message, SchemaType } from "../schema/types.ts";
import type { Present } from "./present.ts";
import { wireType } from "./wire-reader.ts";
import { type Span, spanOf, spansOf } from "./wire-spans.ts";
import { WireWriter } from "./wire-writer.ts";

type JsonRecord = Readonly<Record<string, unknown>>;
interface WriteField {
  /** Absent: the field takes its parts from the object itself. */
  readonly name: string | undefined;
  readonly tag: number;
  /** Writes what the object has under the name. */
  readonly write: WriteValue;
}

interface MessageWriter {
  /** The highest field number first, since writing goes from the end to the start. */
  readonly fields: readonly WriteField[];
  /** Where a name stands among the fields. */
  readonly places: ReadonlyMap<string, number>;
  /** Where the fields without a name stand. */
  readonly inline: readonly number[];
}

/** Writes one value, its length first where it has one, and answers the wire type for the tag. */
type WriteValue = (value: unknown, writer: WireWriter) => void;

const compiled = new WeakMap<Message, MessageWriter>();
const shared = new WireWriter();
/** Places of the fields that are still to be written: those of outer messages, then those of the inner ones. */
const present: number[] = [];
let presentEnd = 0;

/** The message's protobuf, without an envelope. Parts that it has from a former object, whose message is at hand, are taken from that. */
export function encodeMessage<T>(message: Message<T>, object: T, former?: Present<object>): Buffer {
  shared.reset();
  presentEnd = 0;
  const spans = former?.message && spansOf(former.message);
  if (spans) writeBeside(writerOf(message), object as JsonRecord, former.object as JsonRecord, spans);
  else writeMessage(message, object as JsonRecord, shared);
  return shared.finish();
}

function writeBeside({ fields }: MessageWriter, object: JsonRecord, former: JsonRecord, spans: readonly Span[]): void {
  for (const { name, tag, write } of fields) {
    const value = name === undefined ? object : object[name];
    if (value === undefined || value === null) continue;
    const span = isShared(value) && value === former[name!] ? spanOf(spans, tag) : undefined;
    if (span) shared.raw(span.bytes.subarray(span.start, span.end));
    else write(value, shared);
  }
}

function writeMessage(message: Message, object: JsonRecord, writer: WireWriter): void {
  writeFields(writerOf(message), object, writer);
}

function writerOf(message: Message): MessageWriter {
  let compiledWriter = compiled.get(message);
  if (!compiledWriter) {
    compiledWriter = compileMessage(message);
    compiled.set(message, compiledWriter);
  }
  return compiledWriter;
}

/** By the keys that are there: most fields of most objects are absent, and asking for each of them costs more than writing does. */
function writeFields({ fields, places, inline }: MessageWriter, object: JsonRecord, writer: WireWriter): void {
  const start = presentEnd;
  for (const key in object) {
    const place = places.get(key);
    if (place !== undefined) insertPlace(place, start);
  }
  for (const place of inline) insertPlace(place, start);
  const end = presentEnd;
  for (let index = start; index < end; index++) {
    const { name, write } = fields[present[index]!]!;
    const value = name === undefined ? object : object[name];
    if (value !== undefined && value !== null) write(value, writer);
  }
  presentEnd = start;
}

/** Keeps the places from `start` on in order. */
function insertPlace(place: number, start: number): void {
  let at = presentEnd++;
  for (; at > start && present[at - 1]! > place; at--) present[at] = present[at - 1]!;
  present[at] = place;
}

function compileMessage({ fields }: Message): MessageWriter {
  const writers = Object.entries(fields)
    .filter(([, { tag }]) => tag > 0)
    .toSorted(([, a], [, b]) => b.tag - a.tag)
    .map(([name, field]) =>
      field.inline
        ? { name: undefined, tag: field.tag, write: compileInline(field) }
        : { name, tag: field.tag, write: compileField(field) },
    );
  const places = new Map(writers.flatMap(({ name }, place) => (name === undefined ? [] : [[name, place] as const])));
  const inline = writers.flatMap(({ name }, place) => (name === undefined ? [place] : []));
  return { fields: writers, places, inline };
}

/** The nested message takes its fields from the outer object. */
function compileInline({ tag, type }: Inline): WriteValue {
  return (object, writer) => {
    const before = writer.length;
    writeMessage(type, object as JsonRecord, writer);
    writer.varint(writer.length - before);
    writer.tag(tag, wireType.bytes);
  };
}

function compileField({ tag, type }: Field): WriteValue {
  if (type.kind === "list" && !type.wrapped) return compileList(tag, type);
  if (type.kind === "map") return compileMap(tag, type);
  const write = compileValue(type);
  const wire = wireTypeOf(type);
  return (value, writer) => {
    write(value, writer);
    writer.tag(tag, wire);
  };
}

function compileList(tag: number, { item }: ListType): WriteValue {
  const write = compileValue(item);
  const wire = wireTypeOf(item);
  return (value, writer) => {
    const list = value as readonly unknown[];
    for (let index = list.length - 1; index >= 0; index--) {
      write(list[index], writer);
      writer.tag(tag, wire);
    }
  };
}

/** An entry is a message of key (1) and value (2). Keys are sorted, so that equal objects have equal bytes. */
function compileMap(tag: number, { value: type }: MapType): WriteValue {
  const write = compileValue(type);
  const wire = wireTypeOf(type);
  return (value, writer) => {
    const map = value as JsonRecord;
    const keys = Object.keys(map);
    if (keys.length > 1) keys.sort();
    for (let index = keys.length - 1; index >= 0; index--) {
      const key = keys[index] ?? "";
      const before = writer.length;
      write(map[key], writer);
      writer.tag(2, wire);
      writer.textField(1, key);
      writer.varint(writer.length - before);
      writer.tag(tag, wireType.bytes);
    }
  };
}

function wireTypeOf(type: SchemaType): number {
  if (type.kind === "int32" || type.kind === "int64" || type.kind === "boolean") return wireType.varint;
  return type.kind === "double" ? wireType.fixed64 : wireType.bytes;
}

function compileValue(type: SchemaType): WriteValue {
  switch (type.kind) {
    case "string":
      return (value, writer) => writer.text(value as string);
    case "int32":
    case "int64":
      return (value, writer) => writer.int64(value as number);
    case "double":
      return (value, writer) => writer.double(value as number);
    case "boolean":
      return (value, writer) => writer.varint(value ? 1 : 0);
    case "bytes":
      return (value, writer) => writeBytes(Buffer.from(value as string, "base64"), writer);
    case "quantity":
      return nested((value, writer) => writer.textField(1, value as string));
    case "time":
    case "microTime":
      return nested((value, writer) => writeTime(value as string, writer));
    case "intOrString":
      return nested(writeIntOrString);
    case "rawExtension":
    case "fields":
    case "json":
      return nested((value, writer) => writer.bytesField(1, Buffer.from(JSON.stringify(value))));
    case "list":
      return nested(compileWrapped(type));
    case "message":
      return nested(compileNested(type));
    case "lazy":
      return nested((value, writer) => writeMessage(type.resolve(), value as JsonRecord, writer));
    case "alternative":
      return nested(compileAlternative(type));
    case "map":
      throw new Error("protobuf has no map as a value of its own");
  }
}

/** Compiled when a value comes: most types are never seen. */
function compileNested(message: Message): WriteValue {
  let inner: MessageWriter | undefined;
  return (value, writer) => {
    inner ??= writerOf(message);
    writeFields(inner, value as JsonRecord, writer);
  };
}

/** Puts the length before what `write` writes. */
function nested(write: WriteValue): WriteValue {
  return (value, writer) => {
    const before = writer.length;
    write(value, writer);
    writer.varint(writer.length - before);
  };
}

function writeBytes(bytes: Uint8Array, writer: WireWriter): void {
  writer.raw(bytes);
  writer.varint(bytes.length);
}

/** Seconds (1) and nanoseconds (2) since the epoch. The text is canonical, so it needs no checks. */
function writeTime(text: string, writer: WireWriter): void {
  writer.varint(text.charAt(19) === "." ? Number(text.slice(20, 26)) * 1000 : 0);
  writer.tag(2, wireType.varint);
  writer.int64(Math.floor(Date.parse(text) / 1000));
  writer.tag(1, wireType.varint);
}

/** Which of the two (1: 0 is a number, 1 a text), the number (2), the text (3). */
function writeIntOrString(value: unknown, writer: WireWriter): void {
  const isText = typeof value === "string";
  writer.textField(3, isText ? value : "");
  writer.int64(isText ? 0 : (value as number));
  writer.tag(2, wireType.varint);
  writer.varint(isText ? 1 : 0);
  writer.tag(1, wireType.varint);
}

function compileWrapped({ item }: ListType): WriteValue {
  return compileList(1, { kind: "list", item, listType: undefined, listMapKeys: undefined, wrapped: false });
}

/** A boolean stands in field 1 before its message in 2; a message in 1 before its lists in 2. */
function compileAlternative({ message, other }: AlternativeType): WriteValue {
  const write = compileValue(message);
  const messageTag = other === "boolean" ? 2 : 1;
  const writeList = compileList(2, {
    kind: "list",
    item: other === "strings" ? { kind: "string", enum: undefined } : message,
    listType: undefined,
    listMapKeys: undefined,
    wrapped: false,
  });
  return (value, writer) => {
    if (Array.isArray(value)) return writeList(value, writer);
    if (typeof value !== "boolean") {
      write(value, writer);
      writer.tag(messageTag, wireType.bytes);
    }
    if (other !== "boolean") return;
    // A schema means that values are allowed.
    writer.varint(value === false ? 0 : 1);
    writer.tag(1, wireType.varint);
  };
}
