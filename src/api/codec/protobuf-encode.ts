/** From objects in memory to protobuf. Each message is compiled to a table by field name once, on first use. */
import { isShared } from "../object.ts";
import type { AlternativeType, Field, Message, SchemaType } from "../schema/types.ts";
import type { Present } from "./present.ts";
import { type WriteValue, writeValues } from "./protobuf-write-values.ts";
import { wireType } from "./wire-reader.ts";
import { type Span, spanOf, spansOf } from "./wire-spans.ts";
import { wireTypeOf } from "./wire-types.ts";
import { WireWriter } from "./wire-writer.ts";

type JsonRecord = Readonly<Record<string, unknown>>;
/** Writes what stands in an object under the field's name. */
type WriteField = (field: FieldWriter, value: unknown, writer: WireWriter) => void;

/** What fields differ in. The functions they share: were there one for each field, the processor's caches would have none of them. */
interface FieldWriter {
  /** Absent: the field takes its parts from the object itself. */
  readonly name: string | undefined;
  readonly tag: number;
  /** Of the value, or of an item of the list or map. */
  readonly wire: number;
  readonly write: WriteField;
  /** Writes the value, or an item of the list or map. */
  readonly value: WriteValue;
}

interface Compiled {
  readonly byName: ReadonlyMap<string, FieldWriter>;
  readonly inline: readonly FieldWriter[];
}

/** Fields that are still to be written, each with its value: those of outer messages, then those of the inner ones. */
const fields: FieldWriter[] = [];
const values: unknown[] = [];
let end = 0;

/** Keeps those from `start` on in the order of their numbers, in which most objects have them already. */
function insert(field: FieldWriter, value: unknown, start: number): void {
  let at = end++;
  for (; at > start && fields[at - 1]!.tag > field.tag; at--) {
    fields[at] = fields[at - 1]!;
    values[at] = values[at - 1];
  }
  fields[at] = field;
  values[at] = value;
}

/** The value at the end, which is not kept alive. */
function takeValue(): unknown {
  const value = values[end];
  values[end] = undefined;
  return value;
}

/** Compiled when a message comes: most types are never seen. */
class MessageWriter {
  readonly #message: Message;
  #compiled: Compiled | undefined;

  constructor(message: Message) {
    this.#message = message;
  }

  /** Fields are written the last first: from the end to the start. */
  write(object: JsonRecord, writer: WireWriter): void {
    const start = this.#collect(object);
    while (end > start) {
      const field = fields[--end]!;
      field.write(field, takeValue(), writer);
    }
  }

  /** The same, but that parts which the former object has too are taken from its message. */
  writeBeside(object: JsonRecord, former: JsonRecord, spans: readonly Span[], writer: WireWriter): void {
    const start = this.#collect(object);
    while (end > start) {
      const field = fields[--end]!;
      const value = takeValue();
      const isThere = field.name !== undefined && isShared(value) && value === former[field.name];
      const span = isThere ? spanOf(spans, field.tag) : undefined;
      if (span) writer.raw(span.bytes.subarray(span.start, span.end));
      else field.write(field, value, writer);
    }
  }

  /** By the keys that are there: most fields of most objects are absent, and asking for each of them costs more than writing does. */
  #collect(object: JsonRecord): number {
    this.#compiled ??= compileMessage(this.#message);
    const { byName, inline } = this.#compiled;
    const start = end;
    for (const key in object) {
      const value = object[key];
      const field = value === undefined || value === null ? undefined : byName.get(key);
      if (field) insert(field, value, start);
    }
    for (const field of inline) insert(field, object, start);
    return start;
  }

  /** Its length first. */
  writeNested(object: JsonRecord, writer: WireWriter): void {
    const before = writer.length;
    this.write(object, writer);
    writer.varint(writer.length - before);
  }
}

const writers = new WeakMap<Message, MessageWriter>();
const shared = new WireWriter();

function writerOf(message: Message): MessageWriter {
  let writer = writers.get(message);
  if (!writer) {
    writer = new MessageWriter(message);
    writers.set(message, writer);
  }
  return writer;
}

/** The message's protobuf, without an envelope. Parts that it has from a former object, whose message is at hand, are taken from that. */
export function encodeMessage<T>(message: Message<T>, object: T, former?: Present<object>): Buffer {
  shared.reset();
  end = 0;
  const writer = writerOf(message);
  const spans = former?.message && spansOf(former.message);
  if (spans) writer.writeBeside(object as JsonRecord, former.object as JsonRecord, spans, shared);
  else writer.write(object as JsonRecord, shared);
  return shared.finish();
}

const writeOne: WriteField = (field, value, writer) => {
  field.value(value, writer);
  writer.tag(field.tag, field.wire);
};

const writeItems: WriteField = (field, value, writer) => {
  const list = value as readonly unknown[];
  for (let index = list.length - 1; index >= 0; index--) writeOne(field, list[index], writer);
};

/** An entry is a message of key (1) and value (2). Keys are sorted, so that equal objects have equal bytes. */
const writeEntries: WriteField = (field, value, writer) => {
  const map = value as JsonRecord;
  const keys = Object.keys(map);
  if (keys.length > 1) keys.sort();
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index]!;
    const before = writer.length;
    field.value(map[key], writer);
    writer.tag(2, field.wire);
    writer.textField(1, key);
    writer.varint(writer.length - before);
    writer.tag(field.tag, wireType.bytes);
  }
};

function compileMessage({ fields }: Message): Compiled {
  const written = Object.entries(fields).filter(([, { tag }]) => tag > 0);
  return {
    byName: new Map(written.flatMap(([name, field]) => (field.inline ? [] : [[name, compileField(name, field)]]))),
    inline: written.flatMap(([, { inline, tag, type }]) =>
      inline ? [fieldWriter(undefined, tag, type, writeOne)] : [],
    ),
  };
}

function compileField(name: string, { tag, type }: Field): FieldWriter {
  if (type.kind === "map") return fieldWriter(name, tag, type.value, writeEntries);
  if (type.kind === "list" && !type.wrapped) return fieldWriter(name, tag, type.item, writeItems);
  return fieldWriter(name, tag, type, writeOne);
}

function fieldWriter(name: string | undefined, tag: number, type: SchemaType, write: WriteField): FieldWriter {
  return { name, tag, wire: wireTypeOf(type), write, value: compileValue(type) };
}

function compileValue(type: SchemaType): WriteValue {
  switch (type.kind) {
    case "list":
      return compileWrapped(type.item);
    case "message": {
      const message = writerOf(type);
      return (value, writer) => message.writeNested(value as JsonRecord, writer);
    }
    case "lazy":
      return (value, writer) => writerOf(type.resolve()).writeNested(value as JsonRecord, writer);
    case "alternative":
      return compileAlternative(type);
    case "map":
      throw new Error("protobuf has no map as a value of its own");
    default:
      return writeValues[type.kind];
  }
}

function compileWrapped(item: SchemaType): WriteValue {
  const items = fieldWriter(undefined, 1, item, writeItems);
  return (value, writer) => {
    const before = writer.length;
    writeItems(items, value, writer);
    writer.varint(writer.length - before);
  };
}

/** A boolean stands in field 1 before its message in 2; a message in 1 before its lists in 2. */
function compileAlternative({ message, other }: AlternativeType): WriteValue {
  const one = fieldWriter(undefined, other === "boolean" ? 2 : 1, message, writeOne);
  const many = fieldWriter(
    undefined,
    2,
    other === "strings" ? { kind: "string", enum: undefined } : message,
    writeItems,
  );
  const allowed = fieldWriter(undefined, 1, { kind: "boolean" }, writeOne);
  return (value, writer) => {
    const before = writer.length;
    if (Array.isArray(value)) writeItems(many, value, writer);
    else if (typeof value !== "boolean") writeOne(one, value, writer);
    // A schema means that values are allowed.
    if (other === "boolean") writeOne(allowed, value !== false, writer);
    writer.varint(writer.length - before);
  };
}
