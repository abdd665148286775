/** HTTP/2 streams as exchanges. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { constants, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import type { Exchange, Peer } from "./exchange.ts";
import { peerOf } from "./peer.ts";
import type { UnreadAnswers } from "./unread-answers.ts";

export interface Http2Connection {
  readonly socket: Socket;
  readonly unread: UnreadAnswers;
}

export interface Http2Head {
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

export class Http2Exchange implements Exchange {
  readonly body: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly peer: Peer;
  readonly sendsWhatIsWritten = true;
  user?: string;
  readonly #unread: UnreadAnswers;
  #abort: AbortController | undefined;

  constructor(stream: ServerHttp2Stream, { headers, rawHeaders }: Http2Head, { socket, unread }: Http2Connection) {
    this.body = stream;
    this.headers = headers;
    this.rawHeaders = rawHeaders;
    this.peer = peerOf(socket);
    this.#unread = unread;
    // A client that goes away resets its streams; who writes to one learns it from the signal.
    stream.on("error", () => {});
  }

  get method(): string {
    return String(this.headers[":method"]);
  }

  get target(): string {
    return String(this.headers[":path"]);
  }

  get hasBody(): boolean {
    return !this.body.endAfterHeaders;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      this.#abort = abort;
      if (this.body.closed || this.body.destroyed) abort.abort();
      else this.body.once("close", () => abort.abort());
    }
    return this.#abort.signal;
  }

  get answered(): boolean {
    return this.body.headersSent;
  }

  respond(status: number, headers: OutgoingHttpHeaders, body?: Uint8Array): void {
    const stream = this.body;
    if (stream.headersSent || stream.closed || stream.destroyed) return;
    const length = body?.byteLength ?? 0;
    const endStream = length === 0 || this.method === "HEAD";
    stream.respond(headOf(status, headers, length), { endStream });
    if (!endStream) {
      stream.end(body);
      hold(this.#unread, stream, { user: this.user, bytes: length });
    }
    // The rest of an unread body is not wanted.
    if (this.hasBody && !stream.readableEnded) stream.once("finish", () => stream.close(constants.NGHTTP2_NO_ERROR));
  }

  stream(status: number, headers: OutgoingHttpHeaders): Writable {
    usersOfStreams.set(this.body, this.user);
    if (!this.body.closed && !this.body.destroyed) this.body.respond({ ...headers, ":status": status });
    return this.body;
  }

  destroy(): void {
    this.body.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
}

/** Names and values in turn: Node takes a tenth less for a small answer than where they come as an object. */
function headOf(status: number, headers: OutgoingHttpHeaders, length: number): string[] {
  const head = [":status", String(status), "content-length", String(length)];
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) for (const one of value) head.push(name, one);
    else if (value !== undefined) head.push(name, String(value));
  }
  return head;
}

interface Unread {
  readonly user: string | undefined;
  readonly bytes: number;
}

function hold(unread: UnreadAnswers, stream: ServerHttp2Stream, { user = "", bytes }: Unread): void {
  unread.hold(stream, { user, bytes, giveUp: () => stream.close(constants.NGHTTP2_CANCEL) });
}

/** Of answers that are written bit by bit: that the last bit waits is found by who looks at the connections. */
const usersOfStreams = new WeakMap<ServerHttp2Stream, string | undefined>();

/** Nothing more is written to the stream. */
export function holdRest(unread: UnreadAnswers, stream: ServerHttp2Stream): void {
  hold(unread, stream, { user: usersOfStreams.get(stream), bytes: stream.writableLength });
}
