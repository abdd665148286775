/** HTTP/1.1 and HTTP/2 over connections that are made already: bytes in, exchanges out. */
import type http from "node:http";
import http2 from "node:http2";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { nodeHttp } from "../../client/node-http.ts";
import { RareLog } from "../rare-log.ts";
import type { Exchange, UpgradeExchange } from "./exchange.ts";
import { Http1Exchange } from "./http1.ts";
import { Http2Exchange, type Http2Head, holdRest } from "./http2.ts";
import { IdleSessions } from "./idle-sessions.ts";
import { peerOf } from "./peer.ts";
import { UnreadAnswers } from "./unread-answers.ts";

export interface ProtocolsOptions {
  readonly log: Logger;
  /** How long a client of HTTP/1.1 may take to send its request, from the first byte to the last. Default a minute. */
  readonly requestTimeoutMs?: number;
  /** How long a connection may stay on which nothing is asked. Default three minutes. */
  readonly idleTimeoutMs?: number;
  /** What answers that nobody reads may hold together. Default 256 MiB. */
  readonly mostUnreadBytes?: number;
  onExchange(exchange: Exchange): void;
  onUpgrade(exchange: UpgradeExchange): void;
}

const maximumHeaderBytes = 64 * 1024;
const defaultIdleTimeoutMs = 3 * 60_000;
const defaultRequestTimeoutMs = 60_000;
const maximumStreams = 1000;
/** Of one connection, in megabytes: what waits to be sent counts, and lists are large. */
const maximumSessionMegabytes = 512;

const outOfTime = "408 Request Timeout";
const statusOfFault: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: outOfTime,
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Payload Too Large",
};

/** What Node's server looks at itself before it answers for a request that it cannot read. */
type Http1Socket = Duplex & { readonly _httpMessage?: { readonly headersSent: boolean } };

export class Protocols {
  readonly #options: ProtocolsOptions;
  readonly #http1: http.Server;
  readonly #http2: http2.Http2Server;
  readonly #idleTimeoutMs: number;
  readonly #idle: IdleSessions;
  readonly #unread: UnreadAnswers;
  readonly #rare: RareLog;

  constructor(options: ProtocolsOptions) {
    this.#options = options;
    this.#idleTimeoutMs = options.idleTimeoutMs ?? defaultIdleTimeoutMs;
    this.#rare = new RareLog(options.log);
    const fields = { idleTimeoutMs: this.#idleTimeoutMs };
    this.#idle = new IdleSessions(this.#idleTimeoutMs, {
      onSilent: () =>
        this.#rare.warn("a connection was ended: nothing is asked on it, and its client does not go", fields),
      onUnread: (stream) => holdRest(this.#unread, stream),
    });
    this.#unread = new UnreadAnswers({
      limitMs: this.#idleTimeoutMs,
      ...(options.mostUnreadBytes !== undefined && { mostBytes: options.mostUnreadBytes }),
      onGivenUp: (user, heldBytes) =>
        this.#rare.warn("an answer was given up: its client does not read", { ...fields, user, heldBytes }),
    });
    this.#http1 = this.#createHttp1();
    this.#http2 = this.#createHttp2();
  }

  /** Takes a connection over: both sides have agreed on the protocol. */
  serve(connection: Duplex, protocol: "h2" | "http/1.1"): void {
    if (protocol === "h2") this.#serveHttp2(connection);
    else this.#http1.emit("connection", connection);
  }

  /** Connections that stand are left to who made them. */
  stop(): void {
    this.#idle.stop();
    this.#unread.stop();
    this.#http1.close();
    this.#http2.close();
  }

  #createHttp1(): http.Server {
    const requestTimeout = this.#options.requestTimeoutMs ?? defaultRequestTimeoutMs;
    const server = nodeHttp.createServer({
      maxHeaderSize: maximumHeaderBytes,
      keepAliveTimeout: this.#idleTimeoutMs,
      requestTimeout,
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: requestTimeout / 4,
    });
    // Only a server that listens looks after clients that never finish their request; this one is given its connections.
    server.emit("listening");
    server.on("request", (request, response) =>
      this.#options.onExchange(new Http1Exchange(request, response, this.#unread)),
    );
    server.on("clientError", (error: NodeJS.ErrnoException, socket) => this.#refuseHttp1(error, socket));
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    return server;
  }

  /** Of what is no HTTP, or never ends: as Node answers it, and told. */
  #refuseHttp1(error: NodeJS.ErrnoException, socket: Duplex): void {
    const status = statusOfFault[error.code ?? ""] ?? "400 Bad Request";
    if (status === outOfTime) this.#rare.warn("a connection was ended: its client does not finish its request", {});
    // An answer that has begun must not be written into.
    const { _httpMessage: answer } = socket as Http1Socket;
    if (socket.writable && !answer?.headersSent) socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    socket.destroy(error);
  }

  #createHttp2(): http2.Http2Server {
    const server = http2.createServer({
      maxSessionMemory: maximumSessionMegabytes,
      settings: { maxConcurrentStreams: maximumStreams, maxHeaderListSize: maximumHeaderBytes },
    });
    server.on("sessionError", (error) => this.#options.log.debug({ error: error.message }, "HTTP/2 session failed"));
    server.on("stream", (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders, _flags, rawHeaders) => {
      // No session: it has ended already.
      if (stream.session)
        this.#serveStream(stream.session as http2.ServerHttp2Session, stream, { headers, rawHeaders });
    });
    return server;
  }

  /** One listener for all who want to know of the end: Node spends as much on each as on a small step of a request. */
  #serveStream(session: http2.ServerHttp2Session, stream: http2.ServerHttp2Stream, head: Http2Head): void {
    const over = this.#idle.began(session, stream);
    stream.on("close", () => {
      over();
      this.#unread.release(stream);
    });
    this.#options.onExchange(new Http2Exchange(stream, head, { socket: session.socket, unread: this.#unread }));
  }

  #serveHttp2(connection: Duplex): void {
    const watch = (session: http2.ServerHttp2Session) => this.#idle.watch(session, connection);
    this.#http2.once("session", watch);
    this.#http2.emit("connection", connection);
    this.#http2.removeListener("session", watch);
  }

  #upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    const abort = new AbortController();
    socket.once("close", () => abort.abort());
    socket.on("error", () => {});
    this.#options.onUpgrade({
      method: request.method!,
      target: request.url!,
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      peer: peerOf(request.socket),
      request,
      socket,
      head,
      signal: abort.signal,
    });
  }
}
