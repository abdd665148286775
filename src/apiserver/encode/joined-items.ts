/** The items of a list, joined piece by piece while it is sent: neither the whole of it stands in memory nor does its joining hold up anybody. */
import type { LongBody } from "../http/body.ts";
import { pieceBytes, takePiece } from "../http/piece-memory.ts";

export interface Items {
  readonly count: number;
  /** Of all of them, in bytes. */
  readonly byteLength: number;
  /** What `write` needs for this item at most. */
  roomFor(index: number): number;
  /** Answers where the item ends. */
  write(index: number, piece: Buffer, start: number): number;
}

/** `head` is not empty. */
export class JoinedItems implements LongBody {
  readonly byteLength: number;
  readonly #items: Items;
  readonly #head: Buffer;
  readonly #tail: Buffer;

  constructor(items: Items, head: Buffer, tail: Buffer) {
    this.#items = items;
    this.#head = head;
    this.#tail = tail;
    this.byteLength = head.length + items.byteLength + tail.length;
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    const items = this.#items;
    const [head, tail] = [this.#head, this.#tail];
    // What is sent as one piece is nobody's to give back: it is as large as it needs to be.
    const isShort = this.byteLength <= pieceBytes;
    let piece = isShort ? Buffer.allocUnsafeSlow(this.byteLength) : takePiece(head.length);
    let at = head.copy(piece);
    for (let index = 0; index < items.count; index++) {
      const needed = items.roomFor(index);
      if (at + needed > piece.length) {
        yield piece.subarray(0, at);
        piece = takePiece(needed);
        at = 0;
      }
      at = items.write(index, piece, at);
    }
    const fits = piece.length - at >= tail.length;
    if (fits) at += tail.copy(piece, at);
    yield piece.subarray(0, at);
    if (!fits) yield tail;
  }
}
