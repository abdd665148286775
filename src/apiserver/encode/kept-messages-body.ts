/**
 * A list in protobuf whose messages are all at hand, joined piece by piece while it is sent, as one in JSON is: beside the messages that are kept
 * nothing stands in memory but the piece that is being sent.
 */
import type { LongBody } from "../http/body.ts";
import { pieceBytes, takePiece } from "../http/piece-memory.ts";
import type { Entry } from "../registry/cache/entry.ts";
import { turns } from "../registry/in-turns.ts";
import type { View } from "../registry/view.ts";
import { listedLength, writeListedLength } from "./listed-messages.ts";
import { messageOf } from "./protobuf.ts";

/** What takes about as long as a look at the clock takes to be worth it: the making of so many bytes of messages, or finding so many of them. */
const stepBytes = 1024;

export interface KeptMessages {
  /** Of all items, each with its length before it. */
  readonly byteLength: number;
  body(around: readonly [head: Buffer, tail: Buffer]): LongBody;
}

/** Makes the messages that are missing; nothing where one of them is not kept. `check` is called between the turns that many take. */
export async function keptMessages(
  view: View,
  entries: readonly Entry[],
  check: () => void,
): Promise<KeptMessages | undefined> {
  if (view.conversion) return undefined;
  const turn = turns(check);
  const lengths: number[] = [];
  let byteLength = 0;
  for (const entry of entries) {
    const known = entry.messageLength;
    const pause = turn(known === undefined ? Math.ceil(entry.storedLength / stepBytes) : 1);
    if (pause) await pause;
    const length = known ?? made(view, entry);
    if (length === undefined) return undefined;
    lengths.push(length);
    byteLength += listedLength(length);
  }
  return { byteLength, body: (around) => new KeptMessagesBody({ view, entries, lengths, byteLength, around }) };
}

function made(view: View, entry: Entry): number | undefined {
  messageOf(view, entry);
  return entry.messageLength;
}

interface Parts {
  readonly view: View;
  readonly entries: readonly Entry[];
  /** Of their messages. */
  readonly lengths: readonly number[];
  readonly byteLength: number;
  readonly around: readonly [head: Buffer, tail: Buffer];
}

class KeptMessagesBody implements LongBody {
  readonly byteLength: number;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    const [head, tail] = parts.around;
    this.byteLength = head.length + parts.byteLength + tail.length;
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    const { entries, lengths, around } = this.#parts;
    const [head, tail] = around;
    // What is sent as one piece is nobody's to give back: it is as large as it needs to be.
    const isShort = this.byteLength <= pieceBytes;
    let piece = isShort ? Buffer.allocUnsafeSlow(this.byteLength) : takePiece(head.length);
    let at = head.copy(piece);
    for (let index = 0; index < entries.length; index++) {
      const length = lengths[index]!;
      const needed = listedLength(length);
      if (at + needed > piece.length) {
        yield piece.subarray(0, at);
        piece = takePiece(needed);
        at = 0;
      }
      at = writeListedLength(piece, at, length);
      this.#write(entries[index]!, piece, at, length);
      at += length;
    }
    const fits = piece.length - at >= tail.length;
    if (fits) at += tail.copy(piece, at);
    yield piece.subarray(0, at);
    if (!fits) yield tail;
  }

  /** Dropped meanwhile, the message is made again: the same. */
  #write(entry: Entry, piece: Buffer, at: number, length: number): void {
    const known = entry.messageLength;
    if (known === length) return void entry.copyMessage(piece, at);
    const message = messageOf(this.#parts.view, entry);
    // The client has been told how long the list is: it must not be taken for a whole one.
    if (message.length !== length) throw new Error(`the message of ${entry.key} is no longer as long as it was`);
    piece.set(message, at);
  }
}
