/**
 * From protobuf to objects in memory, in canonical form at once: what `normalize.ts` would drop is never put in. Each message is compiled to a
 * table by field number once, on first use.
 */
import { setKey } from "../object.ts";
import type { AlternativeType, Field, Inline, Message, SchemaType } from "../schema/types.ts";
import { type Filler, fillAbsent, fillersOf, newMessage, zeroItem } from "./fillers.ts";
import { allButMetadata, ownersOnly, type Present } from "./present.ts";
import { isDroppedZero, sameFields } from "./protobuf-compare.ts";
import { type ReadValue, readValues } from "./protobuf-read-values.ts";
import { WireError, WireReader, wireType } from "./wire-reader.ts";
import { contentOf, type Span, spanOf, spansOf } from "./wire-spans.ts";
import { wireTypeOf } from "./wire-types.ts";

type JsonRecord = Record<string, unknown>;
/** Reads one field's value into the object, which may have one already where `isAgain`. */
type ReadField = (field: FieldReader, object: JsonRecord, reader: WireReader, isAgain: boolean) => void;

/** What fields differ in. The functions they share: were there one for each field, the processor's caches would have none of them. */
interface FieldReader {
  readonly name: string;
  readonly wire: number;
  readonly read: ReadField;
  /** Of the value, or of an item of the list or map. */
  readonly type: SchemaType;
  readonly value: ReadValue;
  /** Where the type is one. */
  readonly message: MessageReader | undefined;
}

type ByTag = readonly (FieldReader | undefined)[];

/** Compiled when a message comes: most types are never seen. */
class MessageReader {
  readonly #message: Message;
  readonly fillers: readonly Filler[];
  #byTag: ByTag | undefined;

  constructor(message: Message) {
    this.#message = message;
    this.fillers = fillersOf(message);
  }

  get byTag(): ByTag {
    this.#byTag ??= compileFields(this.#message);
    return this.#byTag;
  }

  /** A message that stands by itself. */
  read(reader: WireReader): JsonRecord {
    const object = newMessage(this.#message);
    readFields(this.byTag, object, reader, nothing);
    fillAbsent(object, this.fillers);
    return object;
  }

  /** The same, but that fields are taken from the known message where they say the same there. */
  readBeside(known: Known, bytes: Uint8Array): JsonRecord {
    const reader = new WireReader(bytes);
    const [sent, there] = [spansOf(bytes), spansOf(known.bytes)];
    if (!sent || !there) return this.read(reader);
    const object = newMessage(this.#message);
    for (const span of sent) {
      const [field, other] = [this.byTag[span.number], spanOf(there, span.number)];
      const taken = field && other && this.#take(field, known, span, other);
      if (taken !== undefined) object[field!.name] = taken;
      else {
        reader.position = span.start;
        reader.end = span.end;
        readFields(this.byTag, object, reader, nothing);
      }
    }
    fillAbsent(object, this.fillers);
    return object;
  }

  /** Undefined where the field is to be read. */
  #take({ name, message }: FieldReader, known: Known, sent: Span, there: Span): unknown {
    const part = known.object[name];
    if (known.isTaken(name)) return sameFields(this.#message, sent, there) ? part : undefined;
    const [bytes, present] = name === "metadata" ? [contentOf(sent), contentOf(there)] : [];
    if (!bytes || !present || !message) return undefined;
    return message.readBeside({ object: part as JsonRecord, bytes: present, isTaken: ownersOnly }, bytes);
  }
}

/** A message that is there, and which of its fields may be taken. */
interface Known {
  readonly object: JsonRecord;
  readonly bytes: Uint8Array;
  readonly isTaken: (name: string) => boolean;
}

const readers = new WeakMap<Message, MessageReader>();

function readerOf(message: Message): MessageReader {
  let reader = readers.get(message);
  if (!reader) {
    reader = new MessageReader(message);
    readers.set(message, reader);
  }
  return reader;
}

/**
 * Reads a message without an envelope; parts that the present object has are taken from there. Throws `WireError`, and what texts that do not
 * fit throw.
 */
export function decodeMessage<T>(message: Message<T>, bytes: Uint8Array, present?: Present<T>): T {
  const reader = readerOf(message);
  if (!present?.message) return reader.read(new WireReader(bytes)) as T;
  const known = { object: present.object as JsonRecord, bytes: present.message, isTaken: allButMetadata };
  return reader.readBeside(known, bytes) as T;
}

/** Of the keys that came: none, or any. */
const nothing = 0;
const anything = Number.POSITIVE_INFINITY;

/**
 * A field that comes twice adds to what is there: lists go on, messages are merged, scalars are replaced. No key beyond `highest` has come
 * yet; most writers' keys only grow.
 */
function readFields(byTag: ByTag, object: JsonRecord, reader: WireReader, highest: number): void {
  let last = highest;
  while (reader.position < reader.end) {
    const key = reader.varint();
    const wire = key & 7;
    const field = byTag[key >>> 3];
    const isAgain = key <= last;
    if (!isAgain) last = key;
    if (!field) reader.skip(wire);
    else if (field.wire === wire) field.read(field, object, reader, isAgain);
    else if (field.read === readItem && wire === wireType.bytes) readPacked(field, object, reader);
    else throw new WireError(`proto: wrong wireType = ${wire} for field ${key >>> 3}`);
  }
  if (reader.position !== reader.end) throw new WireError("unexpected EOF");
}

const readAny: ReadField = (field, object, reader) => {
  const value = field.value(reader);
  if (value !== undefined && value !== null) object[field.name] = value;
};

/** Go writes all zeros: what never stands in the object need not be deleted, which would make it a slow one. */
const readUnlessZero: ReadField = (field, object, reader, isAgain) => {
  const value = field.value(reader);
  if (value) object[field.name] = value;
  else if (isAgain) delete object[field.name];
};

const readItem: ReadField = (field, object, reader, isAgain) => {
  const item = field.value(reader) ?? zeroItem(field.type);
  const list = isAgain ? (object[field.name] as unknown[] | undefined) : undefined;
  if (list) list.push(item);
  else object[field.name] = [item];
};

/** Numbers of a list may come packed into one field. */
function readPacked(field: FieldReader, object: JsonRecord, reader: WireReader): void {
  const outerEnd = reader.enter();
  while (reader.position < reader.end) readItem(field, object, reader, true);
  reader.leave(outerEnd);
}

/** An entry is a message of key (1) and value (2); what is absent is the zero value. */
const readEntry: ReadField = (field, object, reader, isAgain) => {
  const outerEnd = reader.enter();
  let key = "";
  let value: unknown;
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag === keyTag) key = reader.text();
    else if (tag >>> 3 === 2) value = field.value(reader);
    else reader.skip(tag & 7);
  }
  reader.leave(outerEnd);
  const map = isAgain ? (object[field.name] as JsonRecord | undefined) : undefined;
  if (map) setKey(map, key, value ?? zeroItem(field.type));
  else {
    const made = {};
    setKey(made, key, value ?? zeroItem(field.type));
    object[field.name] = made;
  }
};

const keyTag = 8 + wireType.bytes;

const readNested: ReadField = (field, object, reader, isAgain) => {
  const outerEnd = reader.enter();
  const before = isAgain ? (object[field.name] as JsonRecord | undefined) : undefined;
  if (before) readFields(field.message!.byTag, before, reader, anything);
  else object[field.name] = field.message!.read(reader);
  reader.leave(outerEnd);
};

/** The nested message gives its fields to the outer object. */
const readInline: ReadField = (field, object, reader, isAgain) => {
  const outerEnd = reader.enter();
  readFields(field.message!.byTag, object, reader, isAgain ? anything : nothing);
  reader.leave(outerEnd);
};

function compileFields({ fields }: Message): ByTag {
  const byTag: (FieldReader | undefined)[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (field.tag > 0) byTag[field.tag] = compileField(name, field);
  }
  return byTag;
}

function compileField(name: string, field: Field | Inline): FieldReader {
  const { type } = field;
  if (field.inline || type.kind === "message") return fieldReader(name, type, field.inline ? readInline : readNested);
  if (type.kind === "map") return fieldReader(name, type.value, readEntry, wireType.bytes);
  if (type.kind === "list" && !type.wrapped) return fieldReader(name, type.item, readItem);
  return fieldReader(name, type, isDroppedZero(field) ? readUnlessZero : readAny);
}

function fieldReader(name: string, type: SchemaType, read: ReadField, wire = wireTypeOf(type)): FieldReader {
  const message = type.kind === "message" ? readerOf(type) : undefined;
  return { name, wire, read, type, value: compileValue(type), message };
}

function compileValue(type: SchemaType): ReadValue {
  switch (type.kind) {
    case "list":
      return compileWrapped(type.item);
    case "message": {
      const message = readerOf(type);
      return (reader) => readWhole(message, reader);
    }
    case "lazy":
      return (reader) => readWhole(readerOf(type.resolve()), reader);
    case "alternative":
      return compileAlternative(type);
    case "map":
      throw new Error("protobuf has no map as a value of its own");
    default:
      return readValues[type.kind];
  }
}

function readWhole(message: MessageReader, reader: WireReader): JsonRecord {
  const outerEnd = reader.enter();
  const object = message.read(reader);
  reader.leave(outerEnd);
  return object;
}

function compileWrapped(item: SchemaType): ReadValue {
  const byTag = [undefined, fieldReader("items", item, readItem)];
  return (reader) => readFound(byTag, reader)["items"];
}

function readFound(byTag: ByTag, reader: WireReader): JsonRecord {
  const found: JsonRecord = {};
  const outerEnd = reader.enter();
  readFields(byTag, found, reader, nothing);
  reader.leave(outerEnd);
  return found;
}

/** A boolean stands in field 1 before its message in 2; a message in 1 before its lists in 2. */
function compileAlternative({ message, other }: AlternativeType): ReadValue {
  const one = fieldReader("one", message, readAny);
  const many = fieldReader("many", other === "strings" ? { kind: "string", enum: undefined } : message, readItem);
  const allowed = fieldReader("allowed", { kind: "boolean" }, readAny);
  const byTag = other === "boolean" ? [undefined, allowed, one] : [undefined, one, many];
  return (reader) => {
    const found = readFound(byTag, reader);
    return found["one"] ?? found["many"] ?? (other === "boolean" ? (found["allowed"] ?? false) : []);
  };
}
