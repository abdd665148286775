/**
 * A way out of the fabric, which reaches nothing but itself: a unix socket whose connections go on to one address of the host's network. For
 * what the control plane tells others of its own accord; nothing comes in by it.
 */
import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";

export interface OutgoingRelayOptions {
  readonly socketPath: string;
  readonly host: string;
  readonly port: number;
}

/** One exporter needs one or two. */
const maximumConnections = 16;

export class OutgoingRelay {
  readonly #options: OutgoingRelayOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: OutgoingRelayOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    const { socketPath } = this.#options;
    rmSync(socketPath, { force: true });
    const server = createServer((socket) => this.#relay(socket));
    server.maxConnections = maximumConnections;
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(socketPath, resolve);
    });
  }

  stop(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #relay(socket: Socket): void {
    const { host, port } = this.#options;
    const target = connect({ host, port });
    for (const [one, other] of [
      [socket, target],
      [target, socket],
    ] as const) {
      this.#sockets.add(one);
      one.once("close", () => this.#sockets.delete(one));
      one.on("error", () => other.destroy());
    }
    socket.pipe(target).pipe(socket);
  }
}

/** To the address of an `http` or `https` URL. */
export function relayTo(url: string, socketPath: string): OutgoingRelay {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  return new OutgoingRelay({ socketPath, host, port: Number(port || (protocol === "https:" ? 443 : 80)) });
}
