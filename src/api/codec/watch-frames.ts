/** Watches in protobuf: each event is a `meta.v1.WatchEvent` after its length in four bytes, big end first. */
import { openEnvelope, type Unknown } from "./envelope.ts";
import { WireError, WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

/** One frame, from the object in its envelope. */
export function protobufWatchEvent(type: string, object: Uint8Array): Buffer {
  const writer = new WireWriter();
  writer.bytesField(1, object);
  const extension = writer.finish();
  writer.bytesField(2, extension);
  writer.textField(1, type);
  const event = writer.finish();
  const frame = Buffer.allocUnsafe(4 + event.length);
  frame.writeUInt32BE(event.length, 0);
  event.copy(frame, 4);
  return frame;
}

export interface WatchFrame {
  readonly type: string;
  readonly object: Unknown;
}

/** Cuts a stream of bytes into watch events. */
export class WatchFrameReader {
  #rest: Buffer = Buffer.alloc(0);
  readonly #largest: number;

  constructor({ largestFrameBytes = 64 * 1024 * 1024 }: { readonly largestFrameBytes?: number } = {}) {
    this.#largest = largestFrameBytes;
  }

  /** The events that end within this chunk. Throws `WireError`. */
  push(chunk: Uint8Array): WatchFrame[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const frames: WatchFrame[] = [];
    for (;;) {
      if (this.#rest.length < 4) return frames;
      const size = this.#rest.readUInt32BE(0);
      if (size > this.#largest) throw new WireError(`a watch event of ${size} bytes`);
      if (this.#rest.length < 4 + size) return frames;
      frames.push(readEvent(this.#rest.subarray(4, 4 + size)));
      this.#rest = this.#rest.subarray(4 + size);
    }
  }
}

function readEvent(bytes: Uint8Array): WatchFrame {
  const reader = new WireReader(bytes);
  let type = "";
  let object: Unknown | undefined;
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag >>> 3 === 1) type = reader.text();
    else if (tag >>> 3 === 2) object = readExtension(reader.bytes());
    else reader.skip(tag & 7);
  }
  if (!object) throw new WireError("a watch event without an object");
  return { type, object };
}

function readExtension(bytes: Uint8Array): Unknown {
  const reader = new WireReader(bytes);
  let raw: Uint8Array = new Uint8Array();
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag >>> 3 === 1) raw = reader.bytes();
    else reader.skip(tag & 7);
  }
  return openEnvelope(raw);
}
