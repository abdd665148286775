/**
 * Writes the items of a watch as fast as the client takes them. What waits are references to entries that all watches share, not bytes: a slow
 * client costs little, and a client that does not read at all is cut.
 */
import type { Writable } from "node:stream";
import type { StatusError } from "../../api/mod.ts";
import type { WatchFrames } from "../encode/watch-frames.ts";
import type { WatchCounts } from "../metrics/watch-metrics.ts";
import type { WatchItem } from "../registry/watch-item.ts";
import type { JointWrites } from "./joint-writes.ts";

/** Changes that may wait for one client, in bytes as they are stored; past it the client starts again from where it is. */
const maximumWaitingBytes = 16 * 1024 * 1024;
/** Written at once; the rest when the client has taken it. */
const pieceBytes = 256 * 1024;
const pieceItems = 500;
/** A client that takes nothing for so long is gone. */
const defaultStallMs = 60_000;

export interface WatchWriterOptions {
  readonly output: Writable;
  readonly frames: WatchFrames;
  readonly counts: WatchCounts;
  readonly writes: JointWrites;
  readonly stallMs?: number;
  /** Called once: everything is written, the client is too slow, or an event could not be told, which the client must not miss unawares. */
  onEnd(reason: EndReason): void;
}

/** What is written at once. */
interface Piece {
  readonly arrays: readonly (readonly WatchItem[])[];
  /** In all of them. */
  readonly items: number;
}

export type EndReason = "finished" | "too slow" | "failed";

export class WatchWriter {
  readonly #options: WatchWriterOptions;
  /** As they were given: writers that were given the same arrays share their bytes. */
  #waiting: (readonly WatchItem[])[] = [];
  /** Of the first item of the first array that is not written yet. */
  #next = 0;
  #waitingBytes = 0;
  #blocked = false;
  #stall: NodeJS.Timeout | undefined;
  /** Nothing is added any more; `error` is said at the end. */
  #last: { readonly error: StatusError | undefined } | undefined;
  #ended = false;

  constructor(options: WatchWriterOptions) {
    this.#options = options;
  }

  add(items: readonly WatchItem[]): void {
    if (this.#ended || this.#last) return;
    this.#waiting.push(items);
    // What was there at the start lies in the cache anyway.
    for (const item of items) if (isChange(item)) this.#waitingBytes += sizeOf(item);
    if (this.#waitingBytes > maximumWaitingBytes) this.#pump();
    if (this.#blocked && this.#waitingBytes > maximumWaitingBytes) this.#end("too slow");
    else this.#options.writes.request(this.#pump);
  }

  /** Ends the watch after what waits. */
  finish(error?: StatusError): void {
    if (this.#ended || this.#last) return;
    this.#last = { error };
    this.#pump();
  }

  /** Forgets what waits; nothing is written or said any more. */
  close(): void {
    this.#ended = true;
    this.#waiting = [];
    clearTimeout(this.#stall);
    this.#options.writes.cancel(this.#pump);
  }

  readonly #pump = (): void => {
    try {
      this.#writeWaiting();
    } catch (error) {
      this.#end("failed");
      throw error;
    }
  };

  #writeWaiting(): void {
    while (!this.#blocked && !this.#ended && this.#waiting.length > 0) this.#write(this.#takePiece());
    if (this.#blocked || this.#ended || !this.#last) return;
    if (this.#last.error) this.#options.output.write(this.#options.frames.error(this.#last.error));
    this.#end("finished");
  }

  #takePiece(): Piece {
    const arrays: (readonly WatchItem[])[] = [];
    let items = 0;
    let bytes = 0;
    let whole = 0;
    for (const array of this.#waiting) {
      if (items >= pieceItems || bytes >= pieceBytes) break;
      const start = this.#next;
      let next = start;
      while (next < array.length && items < pieceItems && bytes < pieceBytes) {
        const item = array[next++]!;
        const size = sizeOf(item);
        bytes += size;
        if (isChange(item)) this.#waitingBytes -= size;
        items++;
      }
      arrays.push(start === 0 && next === array.length ? array : array.slice(start, next));
      this.#next = next === array.length ? 0 : next;
      if (this.#next === 0) whole++;
    }
    if (whole === this.#waiting.length) this.#waiting = [];
    else this.#waiting.splice(0, whole);
    return { arrays, items };
  }

  #write({ arrays, items }: Piece): void {
    const { output, frames, counts, stallMs = defaultStallMs } = this.#options;
    const bytes = frames.encode(arrays);
    counts.events.value += items;
    counts.sizes.observe(bytes.length / items, items);
    if (output.write(bytes)) return;
    this.#blocked = true;
    this.#stall = setTimeout(() => this.#end("too slow"), stallMs);
    output.once("drain", () => {
      clearTimeout(this.#stall);
      this.#blocked = false;
      this.#pump();
    });
  }

  #end(reason: EndReason): void {
    if (this.#ended) return;
    this.close();
    this.#options.onEnd(reason);
  }
}

function isChange(item: WatchItem): boolean {
  return item.type !== "BOOKMARK" && item.shared !== undefined;
}

function sizeOf(item: WatchItem): number {
  return item.type === "BOOKMARK" ? 200 : item.entry.storedLength;
}
