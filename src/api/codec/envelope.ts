/**
 * The envelope of protobuf objects: four magic bytes and a `runtime.Unknown`, which names apiVersion and kind beside the message's bytes.
 */
import type { Kind } from "../schema/types.ts";
import { apiVersionOf } from "../schema/walk.ts";
import { cannotBeHandled, unrecognized } from "./decode-error.ts";
import { isShapeProblem, wrongKind } from "./json-decode.ts";
import type { Present } from "./present.ts";
import { decodeMessage } from "./protobuf-decode.ts";
import { encodeMessage } from "./protobuf-encode.ts";
import { WireError, WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

const magic = Buffer.from("k8s\0");

/** What is in the envelope: the message's bytes are a view. */
export interface Unknown {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
  /** Absent or `""`: protobuf. */
  readonly contentType: string;
}

export function hasEnvelope(bytes: Uint8Array): boolean {
  return bytes.length >= magic.length && magic.every((byte, index) => bytes[index] === byte);
}

/** Throws `WireError`. */
export function openEnvelope(bytes: Uint8Array): Unknown {
  if (bytes.length === 0) throw new WireError("empty data");
  if (!hasEnvelope(bytes)) throw new WireError(noEnvelope);
  if (bytes.length === magic.length) throw new WireError("empty body");
  const reader = new WireReader(bytes);
  reader.position = magic.length;
  const found = { apiVersion: "", kind: "", raw: empty as Uint8Array, contentType: "" };
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag >>> 3 === 1) readTypeMeta(found, reader);
    else if (tag >>> 3 === 2) found.raw = reader.bytes();
    else if (tag >>> 3 === 4) found.contentType = reader.text();
    else reader.skip(tag & 7);
  }
  return found;
}

const empty = Buffer.alloc(0);
const noEnvelope = "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]";

function readTypeMeta(found: { apiVersion: string; kind: string }, reader: WireReader): void {
  const outerEnd = reader.enter();
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag >>> 3 === 1) found.apiVersion = reader.text();
    else if (tag >>> 3 === 2) found.kind = reader.text();
    else reader.skip(tag & 7);
  }
  reader.leave(outerEnd);
}

const headers = new WeakMap<Kind, Buffer>();

/** Everything before the length of the message. */
function headerOf(schema: Kind): Buffer {
  let header = headers.get(schema);
  if (!header) {
    header = makeHeader(apiVersionOf(schema.gvk), schema.gvk.kind);
    headers.set(schema, header);
  }
  return header;
}

function makeHeader(apiVersion: string, kind: string): Buffer {
  const writer = new WireWriter();
  writer.textField(2, kind);
  writer.textField(1, apiVersion);
  const typeMeta = writer.finish();
  writer.bytesField(1, typeMeta);
  writer.raw(magic);
  return writer.finish();
}

const rawTag = 0x12;
/** Upstream writes contentEncoding and contentType even though they are empty. */
const trailer = Buffer.from([0x1a, 0, 0x22, 0]);

/** Puts a message's bytes into an envelope. */
export function wrapProtobuf(schema: Kind, message: Uint8Array): Buffer {
  return joinEnvelope(headerOf(schema), [message]);
}

function joinEnvelope(header: Uint8Array, parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([header, Buffer.from([rawTag, ...varint(length)]), ...parts, trailer]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** An object in its envelope, as clients take it. */
export function encodeProtobuf<T>(schema: Kind<T>, object: T): Buffer {
  return wrapProtobuf(schema as Kind, encodeMessage(schema, object));
}

/** Reads an object from its envelope. Throws `DecodeError` with the message of the 400 Status that upstream answers. */
export function decodeProtobuf<T>(schema: Kind<T>, bytes: Uint8Array, present?: Present<T>): T {
  try {
    const { apiVersion, kind, raw } = openEnvelope(bytes);
    checkKind(schema as Kind, apiVersion, kind);
    return decodeMessage(schema, raw, present);
  } catch (error) {
    if (error instanceof WireError) throw unrecognized(schema.gvk.kind, error.message, bytes);
    if (isShapeProblem(error)) throw cannotBeHandled(schema.gvk, schema.gvk.kind, error.message);
    throw error;
  }
}

function checkKind(schema: Kind, apiVersion: string, kind: string): void {
  const { gvk } = schema;
  const sameVersion =
    apiVersion === "" || apiVersion === apiVersionOf(gvk) || schema.name.startsWith("io.k8s.apimachinery.");
  if (sameVersion && (kind === "" || kind === gvk.kind)) return;
  throw wrongKind(schema, gvk, apiVersion, kind);
}

/** A list in its envelope, from its metadata and its items' messages (from `encodeMessage`). */
export function joinProtobufList(list: Kind, metadata: Uint8Array, items: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0x0a, ...varint(metadata.length)]), metadata];
  for (const item of items) parts.push(Buffer.from([0x12, ...varint(item.length)]), item);
  return joinEnvelope(headerOf(list), parts);
}
