/** The items of a list in protobuf, each with its tag and length before it. */
import { takePiece } from "../http/piece-memory.ts";

/** Tag 2, a length-delimited field: `items` of every list. */
const itemsTag = 0x12;
/** Of more items the messages are copied together: hundreds of thousands of buffers would keep the garbage collector busy until they are sent. */
const manyItems = 1024;

export class ListedMessages {
  readonly #packs: boolean;
  readonly #parts: Uint8Array[] = [];
  /** The part that is being filled. */
  #piece: Buffer = Buffer.alloc(0);
  #used = 0;
  #byteLength = 0;

  constructor(count: number) {
    this.#packs = count > manyItems;
  }

  add(message: Uint8Array): void {
    this.#byteLength += listedLength(message.length);
    if (!this.#packs) this.#parts.push(lengthPrefix(itemsTag, message.length), message);
    else this.#pack(message);
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** To be asked for once, when all are there. */
  parts(): readonly Uint8Array[] {
    this.#closePiece(0);
    return this.#parts;
  }

  #pack(message: Uint8Array): void {
    const bytes = listedLength(message.length);
    if (this.#used + bytes > this.#piece.length) this.#closePiece(bytes);
    const at = writeListedLength(this.#piece, this.#used, message.length);
    this.#piece.set(message, at);
    this.#used += bytes;
  }

  /** The next one has room for so many bytes at least. */
  #closePiece(bytes: number): void {
    if (this.#used > 0) this.#parts.push(this.#piece.subarray(0, this.#used));
    this.#piece = bytes > 0 ? takePiece(bytes) : Buffer.alloc(0);
    this.#used = 0;
  }
}

/** What an item takes whose message is so long. */
export function listedLength(length: number): number {
  return 1 + varintBytes(length) + length;
}

/** The tag and the length before an item's message. Answers where that begins. */
export function writeListedLength(target: Buffer, at: number, length: number): number {
  target[at] = itemsTag;
  return writeVarint(target, at + 1, length);
}

/** A field's tag and the length of what follows. */
export function lengthPrefix(tag: number, length: number): Buffer {
  const prefix = Buffer.allocUnsafe(1 + varintBytes(length));
  prefix[0] = tag;
  writeVarint(prefix, 1, length);
  return prefix;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest >>>= 7) bytes++;
  return bytes;
}

/** Answers where it ends. */
function writeVarint(target: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) target[at++] = (rest & 0x7f) | 0x80;
  target[at++] = rest;
  return at;
}
