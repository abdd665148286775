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
    const prefix = lengthPrefix(itemsTag, message.length);
    this.#byteLength += prefix.length + message.length;
    if (!this.#packs) this.#parts.push(prefix, message);
    else this.#pack(prefix, message);
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** To be asked for once, when all are there. */
  parts(): readonly Uint8Array[] {
    this.#closePiece(0);
    return this.#parts;
  }

  #pack(prefix: Buffer, message: Uint8Array): void {
    const bytes = prefix.length + message.length;
    if (this.#used + bytes > this.#piece.length) this.#closePiece(bytes);
    this.#piece.set(prefix, this.#used);
    this.#piece.set(message, this.#used + prefix.length);
    this.#used += bytes;
  }

  /** The next one has room for so many bytes at least. */
  #closePiece(bytes: number): void {
    if (this.#used > 0) this.#parts.push(this.#piece.subarray(0, this.#used));
    this.#piece = bytes > 0 ? takePiece(bytes) : Buffer.alloc(0);
    this.#used = 0;
  }
}

/** A field's tag and the length of what follows, as a varint. */
export function lengthPrefix(tag: number, length: number): Buffer {
  const bytes = [tag];
  let rest = length;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
