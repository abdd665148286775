/**
 * Whether fields of two messages say the same, without reading either. Clients in Go write zeros that stand for nothing, which the messages
 * that they were sent have not.
 */
import type { Field, Inline, Message, SchemaType } from "../schema/types.ts";
import { WireError, WireReader, wireType } from "./wire-reader.ts";
import type { Span } from "./wire-spans.ts";
import { wireTypeOf } from "./wire-types.ts";

interface ComparedField {
  /** Compared field by field as well. */
  readonly nested: (() => Message) | undefined;
  /** How a zero comes, or a message with nothing in it, that is as good as no such field; undefined where none is. */
  readonly zeroWire: number | undefined;
}

const compiled = new WeakMap<Message, readonly (ComparedField | undefined)[]>();

/** Scalars whose zero is nothing. */
export function isDroppedZero({ type, pointer, always }: Field): boolean {
  return !pointer && !always && ["string", "bytes", "int32", "int64", "double", "boolean"].includes(type.kind);
}

/** Whether the fields that were sent are those that are there, and zeros besides. False where they are not sound. */
export function sameFields(message: Message, sent: Span, there: Span): boolean {
  try {
    return sameMessage(message, readerOver(sent), readerOver(there));
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}

function readerOver({ bytes, start, end }: Span): WireReader {
  const reader = new WireReader(bytes);
  reader.position = start;
  reader.end = end;
  return reader;
}

function sameMessage(message: Message, sent: WireReader, there: WireReader): boolean {
  const fields = fieldsOf(message);
  let last = 0;
  while (sent.position < sent.end) {
    const key = sent.varint();
    const field = fields[key >>> 3];
    const before = there.position;
    if (before < there.end && there.varint() === key) {
      if (!sameField(field, key & 7, sent, there)) return false;
    } else {
      there.position = before;
      // Behind another of its number it would take that one's place.
      if (key <= last || field?.zeroWire !== (key & 7) || !sent.passZero(key & 7)) return false;
    }
    last = key;
  }
  return there.position === there.end;
}

function sameField(field: ComparedField | undefined, wire: number, sent: WireReader, there: WireReader): boolean {
  if (!field?.nested || wire !== wireType.bytes) return sent.passSame(wire, there);
  const [sentEnd, thereEnd] = [sent.enter(), there.enter()];
  const isSame = sameMessage(field.nested(), sent, there);
  sent.leave(sentEnd);
  there.leave(thereEnd);
  return isSame;
}

function fieldsOf(message: Message): readonly (ComparedField | undefined)[] {
  let fields = compiled.get(message);
  if (!fields) {
    fields = compileMessage(message);
    compiled.set(message, fields);
  }
  return fields;
}

function compileMessage({ fields }: Message): readonly (ComparedField | undefined)[] {
  const byTag: (ComparedField | undefined)[] = [];
  for (const field of Object.values(fields)) if (field.tag > 0) byTag[field.tag] = compileField(field);
  return byTag;
}

function compileField(field: Field | Inline): ComparedField {
  if (field.inline) return { nested: () => field.type, zeroWire: undefined };
  const { type } = field;
  return {
    nested: messageOf(type.kind === "list" && !type.wrapped ? type.item : type),
    zeroWire: isDroppedZero(field) || emptyIsNothing.has(type.kind) ? wireTypeOf(type) : undefined,
  };
}

const emptyIsNothing: ReadonlySet<string> = new Set(["time", "microTime", "rawExtension", "fields", "json"]);

function messageOf(type: SchemaType): (() => Message) | undefined {
  if (type.kind === "message") return () => type;
  return type.kind === "lazy" ? () => type.resolve() : undefined;
}
