/**
 * The way from the fabric to the host's loopback, for addresses that an administrator has configured: webhooks and issuers of tokens on this
 * machine. A unix socket that its owner alone may open; the first line of a connection names the address, which must be one of the loopback.
 */
import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";

/** One webhook has a handful. */
const maximumConnections = 256;
const longestLine = 64;
const lineWithinMs = 5_000;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1 9443`. Nothing for what is no loopback address. */
export function parseAddress(line: string): Address | undefined {
  const [, host, port] = /^(127(?:\.\d{1,3}){3}|::1|localhost) (\d{1,5})$/.exec(line) ?? [];
  const number = Number(port);
  return host && number > 0 && number <= 65_535 ? { host, port: number } : undefined;
}

export class LoopbackRelay {
  readonly #socketPath: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  async start(): Promise<void> {
    rmSync(this.#socketPath, { force: true });
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#receive(socket));
    server.maxConnections = maximumConnections;
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#socketPath, resolve);
    });
    chmodSync(this.#socketPath, 0o600);
  }

  stop(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #receive(socket: Socket): void {
    this.#keep(socket);
    socket.setTimeout(lineWithinMs, () => socket.destroy());
    let head = Buffer.alloc(0);
    const read = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\n");
      if (end < 0 && head.length <= longestLine) return;
      socket.off("data", read);
      socket.pause();
      const address = parseAddress(head.toString("latin1", 0, Math.max(end, 0)));
      if (!address) return void socket.destroy();
      socket.setTimeout(0);
      this.#relay(socket, address, head.subarray(end + 1));
    };
    socket.on("data", read);
  }

  #relay(socket: Socket, address: Address, first: Buffer): void {
    const target = connect({ ...address, allowHalfOpen: true });
    this.#keep(target);
    socket.once("error", () => target.destroy());
    target.once("error", () => socket.destroy());
    target.write(first);
    socket.pipe(target).pipe(socket);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  }
}
