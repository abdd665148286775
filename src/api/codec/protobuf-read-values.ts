/** Values that are no messages in memory: scalars, and the small messages that stand for one value. */
import { inOnePiece } from "../one-piece.ts";
import { quantityCanonical } from "../quantity.ts";
import type { SchemaType } from "../schema/types.ts";
import { formatTime } from "../time.ts";
import { JsonSyntaxError, parseJson } from "./json-text.ts";
import { checkRaw } from "./normalize.ts";
import { ownedFields } from "./owned-fields.ts";
import { WireError, type WireReader } from "./wire-reader.ts";

/** Reads one value, its length first where it has one. Undefined or null: as good as absent. */
export type ReadValue = (reader: WireReader) => unknown;

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

function readQuantity(reader: WireReader): string {
  return quantityCanonical((readParts(reader, quantityParts).text || "0").trim());
}

function readTime(reader: WireReader): string | undefined {
  const parts = readTimeParts(reader);
  return parts && formatTime(parts.first * 1000);
}

function readMicroTime(reader: WireReader): string | undefined {
  const parts = readTimeParts(reader);
  if (!parts) return undefined;
  const fraction = String(Math.floor(parts.second / 1000)).padStart(6, "0");
  return inOnePiece(`${formatTime(parts.first * 1000).slice(0, 19)}.${fraction}Z`);
}

/** Seconds and nanoseconds since the epoch. No parts at all are the zero time, which means absent. */
function readTimeParts(reader: WireReader): Parts | undefined {
  const start = reader.position;
  const parts = readParts(reader, timeParts);
  if (reader.position === start + 1) return undefined;
  const { first: seconds, second: nanoseconds } = parts;
  const isTime = seconds >= firstSecond && seconds <= lastSecond && nanoseconds >= 0 && nanoseconds < 1e9;
  if (!isTime) throw new WireError("a time is outside of the years 0 to 9999");
  return parts;
}

function readIntOrString(reader: WireReader): number | string {
  const { first: type, second: number, text } = readParts(reader, intOrStringParts);
  return type === 1 ? text : number | 0;
}

function readRaw(reader: WireReader, parse: (text: string) => unknown): unknown {
  const { raw } = readParts(reader, rawParts);
  return raw === undefined || raw.length === 0 ? undefined : parse(raw.toString("utf8"));
}

const parseFields = (text: string): unknown => ownedFields(text, parseRaw);

/** JSON, in which every object is stored and shown, has no others. */
function finiteDouble(reader: WireReader): number {
  const value = reader.double();
  if (Number.isFinite(value)) return value;
  throw new WireError(`json: unsupported value: ${goNumber(value)}`);
}

const goNumber = (value: number): string => (Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");

function parseRaw(text: string): unknown {
  try {
    return checkRaw(parseJson(text));
  } catch (error) {
    throw error instanceof JsonSyntaxError ? new WireError(`json parse error: ${error.message}`) : error;
  }
}

/** By what the schema calls them. */
export const readValues = {
  string: (reader) => reader.text(),
  int32: (reader) => reader.int32(),
  int64: (reader) => reader.int64(),
  double: finiteDouble,
  boolean: (reader) => reader.varint() !== 0,
  bytes: (reader) => reader.base64(),
  quantity: readQuantity,
  time: readTime,
  microTime: readMicroTime,
  intOrString: readIntOrString,
  rawExtension: (reader) => readRaw(reader, parseRaw),
  json: (reader) => readRaw(reader, parseRaw),
  fields: (reader) => readRaw(reader, parseFields),
} satisfies Partial<Record<SchemaType["kind"], ReadValue>>;
