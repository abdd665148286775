/** HTTP/1.1 requests as exchanges. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import type { Exchange, Peer } from "./exchange.ts";
import { peerOf } from "./peer.ts";
import type { UnreadAnswers } from "./unread-answers.ts";

export class Http1Exchange implements Exchange {
  readonly body: IncomingMessage;
  readonly sendsWhatIsWritten = true;
  user?: string;
  readonly #response: ServerResponse;
  readonly #unread: UnreadAnswers;
  #abort: AbortController | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, unread: UnreadAnswers) {
    this.body = request;
    this.#response = response;
    this.#unread = unread;
    response.once("close", () => unread.release(response));
  }

  get method(): string {
    return this.body.method!;
  }

  get target(): string {
    return this.body.url!;
  }

  get headers() {
    return this.body.headers;
  }

  get rawHeaders() {
    return this.body.rawHeaders;
  }

  get peer(): Peer {
    return peerOf(this.body.socket);
  }

  get hasBody(): boolean {
    const { "content-length": length, "transfer-encoding": encoding } = this.body.headers;
    return encoding !== undefined || (length !== undefined && length !== "0");
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      this.#abort = abort;
      if (this.#response.closed) abort.abort();
      else this.#response.once("close", () => abort.abort());
    }
    return this.#abort.signal;
  }

  get answered(): boolean {
    return this.#response.headersSent;
  }

  respond(status: number, headers: OutgoingHttpHeaders, body?: Uint8Array): void {
    if (this.#response.headersSent || this.#response.destroyed) return;
    const length = body?.byteLength ?? 0;
    // What is left of the body is not read: the connection cannot serve another request.
    const close = this.hasBody && !this.body.complete ? { connection: "close" } : {};
    this.#response.writeHead(status, { ...headers, "content-length": length, ...close });
    this.#response.end(this.method === "HEAD" ? undefined : body);
    this.#hold(length);
  }

  #hold(bytes: number): void {
    const { user = "" } = this;
    this.#unread.hold(this.#response, { user, bytes, giveUp: () => this.#response.destroy() });
  }

  stream(status: number, headers: OutgoingHttpHeaders): Writable {
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
    this.#response.once("prefinish", () => this.#hold(this.#response.writableLength));
    return this.#response;
  }

  destroy(): void {
    this.#response.destroy();
  }
}
