/**
 * A SPDY/3.1 connection over any byte stream, either side of it. Window updates are neither sent nor waited for: no peer in Kubernetes (kubectl,
 * containerd, the kubelet) takes part in SPDY's flow control, and one that waited for it would wait for ever. Reading stops instead while a
 * stream's reader is behind.
 */
import type { Duplex } from "node:stream";
import { encodeFrame, readFrames, resetStatus, type SpdyFrame } from "./spdy-frames.ts";
import { HeaderCompressor, HeaderDecompressor, type SpdyHeaders } from "./spdy-headers.ts";
import { SpdyStream, type StreamLink } from "./spdy-stream.ts";

export interface SpdyConnectionOptions {
  readonly role: "client" | "server";
  /** Called for each stream that the peer opens. Absent: such streams are refused. */
  readonly onStream?: (stream: SpdyStream) => void;
}

/** As kubectl cuts its own. */
const frameBytes = 32 * 1024;
/** How long a peer may take to close its side of a connection that was closed here. */
const lingerMs = 2000;
/** Streams open at a time; a forwarded port has two. */
const maxStreams = 10_000;

/** Answers and resets wait for nobody: a peer that asks for them and takes none is left. */
const mostUntakenBytes = 1024 * 1024;

interface Opening {
  readonly stream: SpdyStream;
  resolve(stream: SpdyStream): void;
  reject(error: Error): void;
}

export class SpdyConnection {
  /** Resolves when the connection is over, however it ended. */
  readonly closed: Promise<void>;
  readonly #socket: Duplex;
  readonly #role: SpdyConnectionOptions["role"];
  readonly #onStream: SpdyConnectionOptions["onStream"];
  readonly #streams = new Map<number, SpdyStream>();
  readonly #opening = new Map<number, Opening>();
  readonly #pings = new Map<number, () => void>();
  readonly #compressor = new HeaderCompressor();
  readonly #decompressor = new HeaderDecompressor();
  readonly #link: StreamLink = {
    sendData: (streamId, data, fin, done) => this.#sendData(streamId, data, fin, done),
    release: (streamId, reset) => this.#release(streamId, reset),
  };
  #nextStreamId: number;
  #nextPing: number;
  #lastPeerStream = 0;
  /** Either side has said that it takes no new streams. */
  #isLeaving = false;
  #isClosing = false;
  /** Of frames without data. */
  #untakenBytes = 0;

  constructor(socket: Duplex, { role, onStream }: SpdyConnectionOptions) {
    this.#socket = socket;
    this.#role = role;
    this.#onStream = onStream;
    this.#nextStreamId = this.#nextPing = role === "client" ? 1 : 2;
    socket.on("error", () => {});
    this.closed = this.#run();
  }

  /** Resolves when the peer has accepted the stream. */
  openStream(headers: SpdyHeaders): Promise<SpdyStream> {
    if (this.#isLeaving || this.#socket.destroyed) return Promise.reject(broken());
    const stream = new SpdyStream(this.#nextStreamId, headers, this.#link);
    this.#nextStreamId += 2;
    this.#streams.set(stream.id, stream);
    return new Promise((resolve, reject) => {
      this.#opening.set(stream.id, { stream, resolve, reject });
      const block = this.#compressor.compress(headers);
      this.#send({ type: "syn-stream", streamId: stream.id, fin: false, headers: block });
    });
  }

  /** Resolves when the peer has answered; never where it does not. */
  ping(): Promise<void> {
    const id = this.#nextPing;
    this.#nextPing += 2;
    this.#send({ type: "ping", id });
    return new Promise((resolve) => this.#pings.set(id, resolve));
  }

  /** Lets what was written go out, then ends the connection. */
  async close(): Promise<void> {
    this.#isLeaving = true;
    if (!this.#isClosing && !this.#socket.destroyed) {
      this.#isClosing = true;
      this.#send({ type: "goaway", lastStreamId: this.#lastPeerStream, status: 0 });
      this.#socket.end();
      const timer = setTimeout(() => this.#socket.destroy(), lingerMs).unref();
      void this.closed.then(() => clearTimeout(timer));
    }
    await this.closed;
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#isLeaving = true;
    this.#socket.destroy();
  }

  async #run(): Promise<void> {
    let failure: Error | undefined;
    try {
      for await (const frame of readFrames(this.#socket as AsyncIterable<Buffer>)) await this.#take(frame);
    } catch (error) {
      failure = error as Error;
    }
    this.#isLeaving = true;
    this.#socket.destroy();
    this.#decompressor.close();
    this.#breakOff(broken(failure));
  }

  #breakOff(error: Error): void {
    for (const { reject } of this.#opening.values()) reject(error);
    this.#opening.clear();
    for (const stream of [...this.#streams.values()]) stream.cutOff();
    this.#streams.clear();
  }

  async #take(frame: SpdyFrame): Promise<void> {
    switch (frame.type) {
      case "data":
        return this.#streams.get(frame.streamId)?.receive(frame.data, frame.fin);
      case "syn-stream":
        return this.#accept(frame.streamId, await this.#decompressor.decompress(frame.headers), frame.fin);
      case "syn-reply":
        await this.#decompressor.decompress(frame.headers);
        return this.#opened(frame.streamId, frame.fin);
      case "headers":
        // Nobody uses them, but the decompressor has to see every block.
        await this.#decompressor.decompress(frame.headers);
        if (frame.fin) this.#streams.get(frame.streamId)?.endReceiving();
        return;
      case "rst-stream":
        return this.#wasReset(frame.streamId, frame.status);
      case "ping":
        return this.#takePing(frame.id);
      case "goaway":
        this.#isLeaving = true;
        return;
      case "ignored":
        return;
    }
  }

  #accept(streamId: number, headers: SpdyHeaders, fin: boolean): void {
    if (!this.#onStream || this.#isLeaving || this.#streams.size >= maxStreams || this.#streams.has(streamId)) {
      this.#send({ type: "rst-stream", streamId, status: resetStatus.refused });
      return;
    }
    this.#lastPeerStream = streamId;
    const stream = new SpdyStream(streamId, headers, this.#link);
    this.#streams.set(streamId, stream);
    this.#send({ type: "syn-reply", streamId, fin: false, headers: this.#compressor.compress({}) });
    if (fin) stream.endReceiving();
    this.#onStream(stream);
  }

  #opened(streamId: number, fin: boolean): void {
    const opening = this.#opening.get(streamId);
    this.#opening.delete(streamId);
    if (fin) opening?.stream.endReceiving();
    opening?.resolve(opening.stream);
  }

  #wasReset(streamId: number, status: number): void {
    const error = new Error(`the peer reset the stream with status ${status}`);
    this.#opening.get(streamId)?.reject(error);
    this.#opening.delete(streamId);
    this.#streams.get(streamId)?.cutOff();
  }

  #takePing(id: number): void {
    const isOwn = id % 2 === (this.#role === "client" ? 1 : 0);
    if (!isOwn) this.#send({ type: "ping", id });
    else this.#pings.get(id)?.();
    if (isOwn) this.#pings.delete(id);
  }

  #sendData(streamId: number, data: Buffer, fin: boolean, done: (error?: Error | null) => void): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) {
      done(broken());
      return;
    }
    let start = 0;
    for (; data.length - start > frameBytes; start += frameBytes) {
      this.#socket.write(
        encodeFrame({ type: "data", streamId, fin: false, data: data.subarray(start, start + frameBytes) }),
      );
    }
    this.#socket.write(encodeFrame({ type: "data", streamId, fin, data: data.subarray(start) }), done);
  }

  #release(streamId: number, reset: number | undefined): void {
    this.#streams.delete(streamId);
    if (reset !== undefined) this.#send({ type: "rst-stream", streamId, status: reset });
  }

  #send(frame: Parameters<typeof encodeFrame>[0]): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    const bytes = encodeFrame(frame);
    this.#untakenBytes += bytes.length;
    const taken = () => {
      this.#untakenBytes -= bytes.length;
    };
    if (this.#untakenBytes > mostUntakenBytes) this.destroy();
    else this.#socket.write(bytes, taken);
  }
}

const broken = (cause?: Error): Error => new Error("the connection is closed", cause ? { cause } : {});
