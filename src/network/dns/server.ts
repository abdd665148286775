/** The sockets of the DNS server: UDP and TCP on one address and port. */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Logger } from "pino";
import type { Resolver } from "./resolver.ts";

export interface DnsServerOptions {
  readonly address: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly resolver: Resolver;
  readonly log: Logger;
}

const mostConnections = 500;
const idleMs = 10_000;
const mostTries = 10;

export class DnsServer {
  readonly #options: DnsServerOptions;
  readonly #aborter = new AbortController();
  readonly #connections = new Set<Socket>();
  #udp: UdpSocket | undefined;
  #tcp: Server | undefined;

  constructor(options: DnsServerOptions) {
    this.#options = options;
  }

  /** The port, once started. */
  get port(): number {
    return this.#udp!.address().port;
  }

  /** Rejects where the address or port cannot be had. */
  async start(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#listen();
      } catch (error) {
        // A port that is free for datagrams may be somebody's for connections.
        if (this.#options.port !== 0 || tries === mostTries) throw error;
      }
    }
  }

  async #listen(): Promise<void> {
    const { address, port } = this.#options;
    const udp = createSocket(address.includes(":") ? "udp6" : "udp4");
    udp.bind(port, address);
    await once(udp, "listening");
    const tcp = createServer((socket) => this.#onConnection(socket));
    tcp.maxConnections = mostConnections;
    tcp.listen(udp.address().port, address);
    try {
      await once(tcp, "listening");
    } catch (error) {
      udp.close();
      throw error;
    }
    udp.on("message", (message, from) => void this.#onDatagram(message, from.port, from.address));
    udp.on("error", (error) => this.#options.log.warn({ error: error.message }, "dns socket failed"));
    this.#udp = udp;
    this.#tcp = tcp;
  }

  async stop(): Promise<void> {
    this.#aborter.abort();
    const closed = [this.#udp, this.#tcp]
      .filter((socket) => socket !== undefined)
      .map((socket) => once(socket, "close"));
    this.#udp?.close();
    this.#tcp?.close();
    for (const socket of this.#connections) socket.destroy();
    await Promise.all(closed);
    this.#udp = undefined;
    this.#tcp = undefined;
  }

  async #respond(message: Buffer, tcp: boolean): Promise<Buffer | undefined> {
    try {
      return await this.#options.resolver.respond({ message, tcp, signal: this.#aborter.signal });
    } catch (error) {
      this.#options.log.error({ err: error }, "answering a dns query failed");
      return undefined;
    }
  }

  async #onDatagram(message: Buffer, port: number, address: string): Promise<void> {
    const response = await this.#respond(message, false);
    if (response && !this.#aborter.signal.aborted) this.#udp?.send(response, port, address);
  }

  /** Each message has its length before it, and a connection may carry several. */
  #onConnection(socket: Socket): void {
    this.#connections.add(socket);
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#connections.delete(socket));
    let received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        void this.#onMessage(socket, received.subarray(2, end));
        received = received.subarray(end);
      }
    });
  }

  async #onMessage(socket: Socket, message: Buffer): Promise<void> {
    const response = await this.#respond(message, true);
    if (!response) {
      socket.destroy();
      return;
    }
    const length = Buffer.alloc(2);
    length.writeUInt16BE(response.length, 0);
    socket.write(Buffer.concat([length, response]));
  }
}
