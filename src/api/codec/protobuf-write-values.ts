/** Values that are no messages in memory: scalars, and the small messages that stand for one value. */
import type { SchemaType } from "../schema/types.ts";
import { wireType } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

/** Writes one value, its length first where it has one. */
export type WriteValue = (value: unknown, writer: WireWriter) => void;

function writeBytes(base64: string, writer: WireWriter): void {
  const bytes = Buffer.from(base64, "base64");
  writer.raw(bytes);
  writer.varint(bytes.length);
}

function writeQuantity(text: string, writer: WireWriter): void {
  const before = writer.length;
  writer.textField(1, text);
  writer.varint(writer.length - before);
}

/** Seconds (1) and nanoseconds (2) since the epoch. The text is canonical, so it needs no checks. */
function writeTime(text: string, writer: WireWriter): void {
  const before = writer.length;
  writer.varint(text.charAt(19) === "." ? Number(text.slice(20, 26)) * 1000 : 0);
  writer.tag(2, wireType.varint);
  writer.int64(Math.floor(Date.parse(text) / 1000));
  writer.tag(1, wireType.varint);
  writer.varint(writer.length - before);
}

/** Which of the two (1: 0 is a number, 1 a text), the number (2), the text (3). */
function writeIntOrString(value: unknown, writer: WireWriter): void {
  const before = writer.length;
  const isText = typeof value === "string";
  writer.textField(3, isText ? value : "");
  writer.int64(isText ? 0 : (value as number));
  writer.tag(2, wireType.varint);
  writer.varint(isText ? 1 : 0);
  writer.tag(1, wireType.varint);
  writer.varint(writer.length - before);
}

function writeRaw(value: unknown, writer: WireWriter): void {
  const before = writer.length;
  writer.textField(1, JSON.stringify(value));
  writer.varint(writer.length - before);
}

const writeInt: WriteValue = (value, writer) => writer.int64(value as number);

/** By what the schema calls them. */
export const writeValues = {
  string: (value, writer) => writer.text(value as string),
  int32: writeInt,
  int64: writeInt,
  double: (value, writer) => writer.double(value as number),
  boolean: (value, writer) => writer.varint(value ? 1 : 0),
  bytes: (value, writer) => writeBytes(value as string, writer),
  quantity: (value, writer) => writeQuantity(value as string, writer),
  time: (value, writer) => writeTime(value as string, writer),
  microTime: (value, writer) => writeTime(value as string, writer),
  intOrString: writeIntOrString,
  rawExtension: writeRaw,
  json: writeRaw,
  fields: writeRaw,
} satisfies Partial<Record<SchemaType["kind"], WriteValue>>;
