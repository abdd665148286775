/** One TLS port that speaks HTTP/1.1 and HTTP/2, on as many addresses and unix sockets as wanted. Knows nothing of Kubernetes. */
import net, { type Socket } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { type ConnectionLimit, connectionLimit } from "./connection-limit.ts";
import { Protocols, type ProtocolsOptions } from "./http/protocols.ts";

export type ListenAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string }
  /** A listening socket that the process inherited, perhaps from another network namespace. */
  | { readonly descriptor: number };

/** What is shown to clients that ask for one of its names (SNI). */
export interface NamedCertificate {
  /** PEM, as in `TlsFiles`. */
  readonly certificate: string;
  readonly key: string;
  /** DNS names; a star stands for one part of a name. */
  readonly names: readonly string[];
}

export interface TlsFiles {
  /** PEM, the server's own certificate with its chain. */
  readonly certificate: string;
  readonly key: string;
  /** PEM: authorities whose client certificates are believed. */
  readonly clientAuthorities?: readonly string[];
  /** Of two with the same name the first is shown, and one that has the name itself before one with a star. */
  readonly named?: readonly NamedCertificate[];
}

export interface ListenerOptions extends ProtocolsOptions {
  readonly addresses: readonly ListenAddress[];
  readonly tls: TlsFiles;
  /** Default: what the limit of open files leaves room for. */
  readonly most?: ConnectionLimit;
}

const handshakeTimeoutMs = 10_000;
/** A peer that went without a word is asked after this much silence, and given up some minutes later. */
const keepAliveInitialDelay = 3 * 60_000;
const tellRefusalsEveryMs = 10_000;

/** Node looks through what it is told from the end. */
function lastWins(named: readonly NamedCertificate[]): readonly (readonly [string, NamedCertificate])[] {
  const pairs = named.flatMap((one) => one.names.map((name) => [name, one] as const)).reverse();
  return pairs.sort(([one], [other]) => Number(other.startsWith("*")) - Number(one.startsWith("*")));
}

export class Listener {
  readonly #options: ListenerOptions;
  readonly #protocols: Protocols;
  readonly #tls: tls.Server;
  readonly #sockets = new Set<Socket>();
  readonly #doors: net.Server[] = [];
  readonly #most: ConnectionLimit;
  #refused = 0;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#most = options.most ?? connectionLimit();
    this.#protocols = new Protocols(options);
    this.#tls = tls.createServer({
      ...this.#secureContext(options.tls),
      ALPNProtocols: ["h2", "http/1.1"],
      handshakeTimeout: handshakeTimeoutMs,
      requestCert: options.tls.clientAuthorities !== undefined,
      rejectUnauthorized: false,
    });
    for (const [name, pair] of lastWins(options.tls.named ?? [])) this.#tls.addContext(name, this.#secureContext(pair));
    this.#tls.on("secureConnection", (socket) => this.#dispatch(socket));
    this.#tls.on("tlsClientError", (error) => options.log.debug({ error: error.message }, "TLS handshake failed"));
  }

  /** From now on new connections are shown this certificate; those that stand go on. */
  useCertificate(pair: Pick<TlsFiles, "certificate" | "key">): void {
    this.#tls.setSecureContext(this.#secureContext(pair));
  }

  #secureContext({ certificate, key }: Pick<TlsFiles, "certificate" | "key">): tls.SecureContextOptions {
    const { clientAuthorities } = this.#options.tls;
    const trust = clientAuthorities && { ca: [...clientAuthorities], allowPartialTrustChain: true };
    return { cert: certificate, key, minVersion: "TLSv1.2", ...trust };
  }

  /** Where it listens: the port is filled in where 0 was asked for. */
  async start(): Promise<ListenAddress[]> {
    const found: ListenAddress[] = [];
    if (this.#most.lowered)
      this.#options.log.warn({ ...this.#most }, "fewer connections can be open: the process may have few files open");
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
    for (const socket of this.#sockets) socket.destroy();
    this.#protocols.stop();
    await Promise.all(closed);
  }

  #open(address: ListenAddress): Promise<ListenAddress> {
    const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay };
    const door = net.createServer(options, (socket) => this.#accept(socket));
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
    if (this.#sockets.size >= this.#most.connections) {
      socket.destroy();
      this.#tellRefusals();
      return;
    }
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => {});
    this.#tls.emit("connection", socket);
  }

  /** The first of many, then how many there were: a flood does not fill the log. */
  #tellRefusals(): void {
    if (this.#refused++ > 0) return;
    this.#options.log.warn({ ...this.#most }, "as many connections are open as may be; new ones are refused");
    setTimeout(() => {
      const refused = this.#refused;
      this.#refused = 0;
      if (refused > 1) this.#options.log.warn({ refused, ...this.#most }, "connections were refused");
    }, tellRefusalsEveryMs).unref();
  }

  #dispatch(socket: TLSSocket): void {
    socket.on("error", () => {});
    this.#protocols.serve(socket, socket.alpnProtocol === "h2" ? "h2" : "http/1.1");
  }
}

function listenOptions(address: ListenAddress): net.ListenOptions | { fd: number } {
  if ("descriptor" in address) return { fd: address.descriptor };
  return "path" in address ? { path: address.path } : { host: address.host, port: address.port };
}
