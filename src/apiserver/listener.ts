/** One TLS port that speaks HTTP/1.1 and HTTP/2, on as many addresses and unix sockets as wanted. Knows nothing of Kubernetes. */
import http from "node:http";
import http2 from "node:http2";
import net, { type Socket } from "node:net";
import type { Duplex } from "node:stream";
import tls, { type TLSSocket } from "node:tls";
import type { Logger } from "pino";
import type { Exchange, UpgradeExchange } from "./http/exchange.ts";
import { Http1Exchange } from "./http/http1.ts";
import { Http2Exchange } from "./http/http2.ts";
import { IdleSessions } from "./http/idle-sessions.ts";
import { peerOf } from "./http/peer.ts";

export type ListenAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string }
  /** A listening socket that the process inherited, perhaps from another network namespace. */
  | { readonly descriptor: number };

export interface TlsFiles {
  /** PEM, the server's own certificate with its chain. */
  readonly certificate: string;
  readonly key: string;
  /** PEM: authorities whose client certificates are believed. */
  readonly clientAuthorities?: readonly string[];
}

export interface ListenerOptions {
  readonly addresses: readonly ListenAddress[];
  readonly tls: TlsFiles;
  readonly log: Logger;
  onExchange(exchange: Exchange): void;
  onUpgrade(exchange: UpgradeExchange): void;
}

const maximumHeaderBytes = 64 * 1024;
const idleTimeoutMs = 3 * 60_000;
const requestTimeoutMs = 60_000;
const handshakeTimeoutMs = 10_000;
const maximumStreams = 1000;
/** Of one connection, in megabytes: what waits to be sent counts, and lists are large. */
const maximumSessionMegabytes = 512;
/** Open connections together. */
const maximumConnections = 10_000;

export class Listener {
  readonly #options: ListenerOptions;
  readonly #http1: http.Server;
  readonly #http2: http2.Http2Server;
  readonly #tls: tls.Server;
  readonly #sockets = new Set<Socket>();
  readonly #doors: net.Server[] = [];
  readonly #idle = new IdleSessions(idleTimeoutMs);

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#http1 = this.#createHttp1();
    this.#http2 = this.#createHttp2();
    this.#tls = tls.createServer({
      ...this.#secureContext(options.tls),
      ALPNProtocols: ["h2", "http/1.1"],
      handshakeTimeout: handshakeTimeoutMs,
      requestCert: options.tls.clientAuthorities !== undefined,
      rejectUnauthorized: false,
    });
    this.#tls.on("secureConnection", (socket) => this.#dispatch(socket));
    this.#tls.on("tlsClientError", (error) => options.log.debug({ error: error.message }, "TLS handshake failed"));
  }

  /** From now on new connections are shown this certificate; those that stand go on. */
  useCertificate(pair: Pick<TlsFiles, "certificate" | "key">): void {
    this.#tls.setSecureContext(this.#secureContext(pair));
  }

  #secureContext({ certificate, key }: Pick<TlsFiles, "certificate" | "key">): tls.SecureContextOptions {
    const { clientAuthorities } = this.#options.tls;
    return { cert: certificate, key, minVersion: "TLSv1.2", ...(clientAuthorities && { ca: [...clientAuthorities] }) };
  }

  /** Where it listens: the port is filled in where 0 was asked for. */
  async start(): Promise<ListenAddress[]> {
    const found: ListenAddress[] = [];
    try {
      for (const address of this.#options.addresses) found.push(await this.#open(address));
    } catch (error) {
      await this.stop();
      throw error;
    }
    return found;
  }

  /** Ends every connection, whatever it is doing. */
  async stop(): Promise<void> {
    const closed = this.#doors.splice(0).map((door) => new Promise((resolve) => door.close(resolve)));
    this.#idle.stop();
    for (const socket of this.#sockets) socket.destroy();
    this.#http1.close();
    this.#http2.close();
    await Promise.all(closed);
  }

  #open(address: ListenAddress): Promise<ListenAddress> {
    const door = net.createServer({ noDelay: true }, (socket) => this.#accept(socket));
    door.maxConnections = maximumConnections;
    this.#doors.push(door);
    return new Promise((resolve, reject) => {
      door.once("error", reject);
      door.listen(listenOptions(address), () => {
        door.removeListener("error", reject);
        door.on("error", (error) => this.#options.log.error({ error: error.message }, "listening failed"));
        const bound = door.address();
        resolve(
          typeof bound === "object" && bound && !("path" in address)
            ? { host: bound.address, port: bound.port }
            : address,
        );
      });
    });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => {});
    this.#tls.emit("connection", socket);
  }

  #dispatch(socket: TLSSocket): void {
    socket.on("error", () => {});
    if (socket.alpnProtocol === "h2") this.#http2.emit("connection", socket);
    else this.#http1.emit("connection", socket);
  }

  #createHttp1(): http.Server {
    const server = http.createServer({
      maxHeaderSize: maximumHeaderBytes,
      keepAliveTimeout: idleTimeoutMs,
      requestTimeout: requestTimeoutMs,
    });
    server.on("request", (request, response) => this.#options.onExchange(new Http1Exchange(request, response)));
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    return server;
  }

  #createHttp2(): http2.Http2Server {
    const server = http2.createServer({
      maxSessionMemory: maximumSessionMegabytes,
      settings: { maxConcurrentStreams: maximumStreams, maxHeaderListSize: maximumHeaderBytes },
    });
    server.on("session", (session) => this.#idle.watch(session));
    server.on("sessionError", (error) => this.#options.log.debug({ error: error.message }, "HTTP/2 session failed"));
    server.on("stream", (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders, _flags, rawHeaders) => {
      const socket = stream.session?.socket;
      if (socket) this.#options.onExchange(new Http2Exchange(stream, { headers, rawHeaders }, socket));
    });
    return server;
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

function listenOptions(address: ListenAddress): net.ListenOptions | { fd: number } {
  if ("descriptor" in address) return { fd: address.descriptor };
  return "path" in address ? { path: address.path } : { host: address.host, port: address.port };
}
