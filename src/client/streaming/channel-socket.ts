/**
 * Several byte streams over one WebSocket, as Kubernetes' `channel.k8s.io` protocols have them: each message begins with the number of its
 * channel, as a byte, or in the base64 forms as a digit before the encoded rest.
 */
import { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";

export interface ChannelSocketOptions {
  /** The agreed subprotocol; `""` where the client named none. */
  readonly protocol: string;
  readonly role: "client" | "server";
}

/** Version 5: the channel whose number follows is closed for writing. */
const closeChannel = 255;
const bufferBytes = 1024 * 1024;

export class ChannelSocket {
  /** Resolves when the WebSocket is closed; true where that was said and not a broken connection. */
  readonly closed: Promise<boolean>;
  readonly #webSocket: WebSocket;
  readonly #isBase64: boolean;
  readonly #sendsClose: boolean;
  readonly #channels = new Map<number, ChannelStream>();
  /** Channels whose reader is behind: while there is one, nothing is read. */
  #isClosing = false;
  readonly #full = new Set<number>();

  /** The WebSocket may be paused: it is read once the caller has asked for its channels. */
  constructor(webSocket: WebSocket, { protocol, role }: ChannelSocketOptions) {
    this.#webSocket = webSocket;
    this.#isBase64 = protocol.includes("base64");
    this.#sendsClose = role === "client" && protocol.startsWith("v5.");
    webSocket.on("error", () => {});
    webSocket.on("message", (data) => this.#take(data));
    this.closed = new Promise((resolve) => {
      webSocket.on("close", (code) => {
        const said = code === 1000 || code === 1001 || code === 1005;
        for (const channel of this.#channels.values()) channel.endReceiving(!said);
        resolve(said);
      });
    });
    queueMicrotask(() => webSocket.resume());
  }

  /** The stream of a channel, to be asked for in the turn in which the socket was made: what comes for others is dropped. */
  channel(id: number): ChannelStream {
    const known = this.#channels.get(id);
    if (known) return known;
    const stream = new ChannelStream({
      send: (data, done) => this.#send(id, data, done),
      sendClose: (done) => (this.#sendsClose ? this.#send(closeChannel, Buffer.from([id]), done) : done()),
      pause: () => this.#hold(id),
      resume: () => this.#letGo(id),
    });
    this.#channels.set(id, stream);
    return stream;
  }

  /** Says goodbye and waits until the other side has, too. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#webSocket.resume();
    this.#webSocket.close(1000);
    await this.closed;
  }

  #hold(id: number): void {
    this.#full.add(id);
    if (!this.#isClosing) this.#webSocket.pause();
  }

  #letGo(id: number): void {
    if (this.#full.delete(id) && this.#full.size === 0) this.#webSocket.resume();
  }

  #take(data: RawData): void {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    if (bytes.length === 0) return;
    const id = this.#isBase64 ? bytes[0]! - 0x30 : bytes[0]!;
    const payload = this.#isBase64 ? Buffer.from(bytes.toString("latin1", 1), "base64") : bytes.subarray(1);
    if (id === closeChannel) this.#channels.get(payload[0] ?? -1)?.endReceiving(false);
    else if (payload.length > 0) this.#channels.get(id)?.receive(payload);
  }

  #send(id: number, data: Buffer, done: (error?: Error | null) => void): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) {
      done(new Error("the WebSocket is closed"));
      return;
    }
    if (this.#isBase64) this.#webSocket.send(`${id}${data.toString("base64")}`, done);
    else this.#webSocket.send(Buffer.concat([Buffer.from([id]), data]), { binary: true }, done);
  }
}

interface ChannelLink {
  send(data: Buffer, done: (error?: Error | null) => void): void;
  sendClose(done: (error?: Error | null) => void): void;
  pause(): void;
  resume(): void;
}

/** Largest message sent; kubectl's own are of this size. */
const messageBytes = 32 * 1024;

class ChannelStream extends Duplex {
  readonly #link: ChannelLink;
  #endReceived = false;
  #isCutOff = false;

  constructor(link: ChannelLink) {
    super({ allowHalfOpen: true, readableHighWaterMark: bufferBytes });
    this.#link = link;
    // A channel that nobody looks at any more must not end the process when its connection breaks.
    this.on("error", () => {});
  }

  /** The connection broke before the other side was done. */
  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  receive(data: Buffer): void {
    if (!this.#endReceived && !this.destroyed && !this.push(data)) this.#link.pause();
  }

  endReceiving(isCutOff: boolean): void {
    if (this.#endReceived) return;
    this.#endReceived = true;
    this.#isCutOff = isCutOff;
    this.push(null);
  }

  /** An empty message: it tells the client that the server is there. */
  greet(): void {
    this.#link.send(Buffer.alloc(0), () => {});
  }

  override _read(): void {
    this.#link.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    let start = 0;
    for (; chunk.length - start > messageBytes; start += messageBytes) {
      this.#link.send(chunk.subarray(start, start + messageBytes), () => {});
    }
    this.#link.send(chunk.subarray(start), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#link.sendClose(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#link.resume();
    done(error);
  }
}
