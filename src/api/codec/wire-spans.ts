/** Where the fields of a message stand, to hold them against those of another one without reading either. */
import { WireError, WireReader, wireType } from "./wire-reader.ts";

/** One field, or all of one number where they follow each other: a list, a map. */
export interface Span {
  readonly bytes: Buffer;
  readonly number: number;
  readonly start: number;
  end: number;
}

/** No kind, and no metadata, has half as many. Each is looked for among all, which a hostile message must not make millions. */
const mostSpans = 64;

/** In their order; undefined where the bytes are no message, there are too many, or fields of one number stand apart. */
export function spansOf(message: Uint8Array): readonly Span[] | undefined {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const reader = new WireReader(bytes);
  const spans: Span[] = [];
  try {
    while (reader.position < reader.end) if (!addField(spans, bytes, reader)) return undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
  return spans;
}

function addField(spans: Span[], bytes: Buffer, reader: WireReader): boolean {
  const start = reader.position;
  const key = reader.varint();
  reader.skip(key & 7);
  const [number, end, last] = [key >>> 3, reader.position, spans.at(-1)];
  if (last?.number === number) last.end = end;
  else if (spans.length === mostSpans || spanOf(spans, number)) return false;
  else spans.push({ bytes, number, start, end });
  return true;
}

export function spanOf(spans: readonly Span[], number: number): Span | undefined {
  return spans.find((span) => span.number === number);
}

/** What is in a nested message; undefined where several of them, or something else, are in its place. */
export function contentOf({ bytes, start, end }: Span): Buffer | undefined {
  const reader = new WireReader(bytes);
  reader.position = start;
  const wire = reader.varint() & 7;
  return wire === wireType.bytes && reader.lengthEnd() === end ? bytes.subarray(reader.position, end) : undefined;
}
