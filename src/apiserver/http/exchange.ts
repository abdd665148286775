/** One HTTP request and its answer, the same whether it came over HTTP/1.1 or HTTP/2. */
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Duplex, Readable, Writable } from "node:stream";

export interface Peer {
  /** `127.0.0.1:4711`, or empty for a unix socket. */
  readonly address: string;
  /** The way to the client costs nothing: the same machine. */
  readonly local: boolean;
  /** DER, verified against the client authority. */
  readonly certificate?: Uint8Array;
  /** The client showed a certificate that the client authority has not signed. */
  readonly refusedCertificate: boolean;
}

export interface Exchange {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly peer: Peer;
  /** Name of the user who asks, once it is known. */
  user?: string;
  /** False: nothing will come in the body. */
  readonly hasBody: boolean;
  /** An error of it is the connection's: who reads learns from "close" that no more comes. */
  readonly body: Readable;
  /** Aborts when the client is gone or the server stops. */
  readonly signal: AbortSignal;
  /** Bytes whose write to `stream` is done may be used again: nobody reads them any more. */
  readonly sendsWhatIsWritten: boolean;
  /** The head of an answer is on its way: nothing else can be answered any more. */
  readonly answered: boolean;
  /** The whole answer. */
  respond(status: number, headers: OutgoingHttpHeaders, body?: Uint8Array): void;
  /** An answer of unknown length; the caller writes and ends it. */
  stream(status: number, headers: OutgoingHttpHeaders): Writable;
  /** Breaks the answer off, so that the client sees that it is not whole. */
  destroy(): void;
}

/** A request to leave HTTP (`Upgrade`), on its raw connection. The handler writes the answer itself. */
export interface UpgradeExchange {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly peer: Peer;
  user?: string;
  /** As `http.Server` hands it over, for who passes the upgrade on. */
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** Bytes that came after the request's head. */
  readonly head: Buffer;
  readonly signal: AbortSignal;
}
