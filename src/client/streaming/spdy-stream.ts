/** One stream of a SPDY connection as a Node stream: ending it closes this half, destroying it resets both. */
import { Duplex } from "node:stream";
import { resetStatus } from "./spdy-frames.ts";
import type { SpdyHeaders } from "./spdy-headers.ts";

/** What a stream needs of its connection. */
export interface StreamLink {
  sendData(streamId: number, data: Buffer, fin: boolean, done: (error?: Error | null) => void): void;
  /** The stream is over here; `reset` where the peer must be told. */
  release(streamId: number, reset: number | undefined): void;
}

/** Unread bytes of one stream after which the whole connection stops reading. */
const bufferBytes = 1024 * 1024;

export class SpdyStream extends Duplex {
  readonly id: number;
  /** Those the stream was opened with; names in lower case. */
  readonly headers: SpdyHeaders;
  readonly #link: StreamLink;
  #endReceived = false;
  #endSent = false;
  #isCutOff = false;
  #onRead: (() => void) | undefined;

  constructor(id: number, headers: SpdyHeaders, link: StreamLink) {
    super({ allowHalfOpen: true, readableHighWaterMark: bufferBytes });
    this.id = id;
    this.headers = headers;
    this.#link = link;
    // A stream that nobody looks at any more must not end the process when its connection breaks.
    this.on("error", () => {});
  }

  /** Takes what the peer sent. Resolves when there is room for more. */
  receive(data: Buffer, fin: boolean): Promise<void> {
    const hasRoom = data.length === 0 || this.push(data);
    if (fin) this.endReceiving();
    if (hasRoom || this.#endReceived || this.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onRead = resolve;
    });
  }

  endReceiving(): void {
    if (this.#endReceived) return;
    this.#endReceived = true;
    this.push(null);
  }

  /** It was ended by a reset or with its connection, not by the peer saying that this is all. */
  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  /** The peer reset it, or the connection is gone. What came before can still be read, as spdystream has it; what is written goes nowhere. */
  cutOff(): void {
    this.#isCutOff = !this.#endReceived;
    this.#endSent = true;
    this.endReceiving();
    this._read();
    if (!this.writableEnded) this.end();
  }

  override _read(): void {
    this.#onRead?.();
    this.#onRead = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#link.sendData(this.id, chunk, false, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    const wasCutOff = this.#endSent;
    this.#endSent = true;
    if (wasCutOff) done();
    else this.#link.sendData(this.id, Buffer.alloc(0), true, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this._read();
    const isOver = this.#endReceived && this.#endSent;
    this.#link.release(this.id, isOver ? undefined : resetStatus.cancel);
    done(error);
  }
}
