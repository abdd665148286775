/**
 * Writes the items of a watch as fast as the client takes them. What waits are references to entries that all watches share, not bytes: a slow
 * client costs little, and a client that does not read at all is cut.
 */
import type { Writable } from "node:stream";
import type { StatusError } from "../../api/mod.ts";
import type { WatchFrames } from "../encode/watch-frames.ts";
import type { WatchCounts } from "../metrics/watch-metrics.ts";
import type { WatchItem } from "../registry/watch.ts";
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

export type EndReason = "finished" | "too slow" | "failed";

export class WatchWriter {
  readonly #options: WatchWriterOptions;
  #waiting: WatchItem[] = [];
  /** Of the first item that is not written yet. */
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
    for (const item of items) {
      this.#waiting.push(item);
      // What was there at the start lies in the cache anyway.
      if (isChange(item)) this.#waitingBytes += sizeOf(item);
    }
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
    while (!this.#blocked && !this.#ended && this.#next < this.#waiting.length) this.#write(this.#takePiece());
    if (this.#blocked || this.#ended || !this.#last) return;
    if (this.#last.error) this.#options.output.write(this.#options.frames.error(this.#last.error));
    this.#end("finished");
  }

  #takePiece(): WatchItem[] {
    const start = this.#next;
    let bytes = 0;
    while (this.#next < this.#waiting.length && this.#next - start < pieceItems && bytes < pieceBytes) {
      const item = this.#waiting[this.#next++]!;
      bytes += sizeOf(item);
      if (isChange(item)) this.#waitingBytes -= sizeOf(item);
    }
    const piece = this.#waiting.slice(start, this.#next);
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
    return piece;
  }

  #write(items: readonly WatchItem[]): void {
    const { output, frames, counts, stallMs = defaultStallMs } = this.#options;
    const bytes = frames.encode(items);
    counts.events.value += items.length;
    counts.sizes.observe(bytes.length / items.length, items.length);
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
  return item.type === "BOOKMARK" ? 200 : item.entry.stored.length;
}
