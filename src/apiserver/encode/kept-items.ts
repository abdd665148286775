/**
 * A list in protobuf whose messages are all at hand, joined piece by piece while it is sent, as one in JSON is: beside the messages that are kept
 * nothing stands in memory but the piece that is being sent.
 */
import type { Entry } from "../registry/cache/entry.ts";
import { turns } from "../registry/in-turns.ts";
import type { View } from "../registry/view.ts";
import type { Items } from "./joined-items.ts";
import { listedLength, writeListedLength } from "./listed-messages.ts";
import { messageOf } from "./protobuf.ts";

/** What takes about as long as a look at the clock takes to be worth it: the making of so many bytes of messages, or finding so many of them. */
const stepBytes = 1024;

/** Makes the messages that are missing; nothing where one of them is not kept. `check` is called between the turns that many take. */
export async function keptMessages(
  view: View,
  entries: readonly Entry[],
  check: () => void,
): Promise<Items | undefined> {
  if (view.conversion) return undefined;
  const turn = turns(check);
  const lengths: number[] = [];
  for (const entry of entries) {
    const known = entry.messageLength;
    const pause = turn(known === undefined ? Math.ceil(entry.storedLength / stepBytes) : 1);
    if (pause) await pause;
    const length = known ?? made(view, entry);
    if (length === undefined) return undefined;
    lengths.push(length);
  }
  return new KeptItems(view, entries, lengths);
}

function made(view: View, entry: Entry): number | undefined {
  messageOf(view, entry);
  return entry.messageLength;
}

class KeptItems implements Items {
  readonly byteLength: number;
  readonly #view: View;
  readonly #entries: readonly Entry[];
  /** Of their messages. */
  readonly #lengths: readonly number[];

  constructor(view: View, entries: readonly Entry[], lengths: readonly number[]) {
    this.#view = view;
    this.#entries = entries;
    this.#lengths = lengths;
    this.byteLength = lengths.reduce((sum, length) => sum + listedLength(length), 0);
  }

  get count(): number {
    return this.#entries.length;
  }

  roomFor(index: number): number {
    return listedLength(this.#lengths[index]!);
  }

  /** Dropped meanwhile, the message is made again: the same. */
  write(index: number, piece: Buffer, start: number): number {
    const [entry, length] = [this.#entries[index]!, this.#lengths[index]!];
    const at = writeListedLength(piece, start, length);
    if (entry.messageLength === length) entry.copyMessage(piece, at);
    else piece.set(this.#madeAgain(entry, length), at);
    return at + length;
  }

  #madeAgain(entry: Entry, length: number): Uint8Array {
    const message = messageOf(this.#view, entry);
    // The client has been told how long the list is: it must not be taken for a whole one.
    if (message.length !== length) throw new Error(`the message of ${entry.key} is no longer as long as it was`);
    return message;
  }
}
