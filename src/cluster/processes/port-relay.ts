/** Published ports: sockets of the host's namespace, inherited by a node's process, whose connections go on to a NodePort of the node. */
import { connect, createServer, type Server, type Socket } from "node:net";
import { firstInheritedDescriptor } from "./configuration.ts";

export interface PortRelayOptions {
  readonly address: string;
  /** In the order of the inherited sockets. */
  readonly nodePorts: readonly number[];
}

/** Half-closed connections stay open for the other direction; whichever side breaks ends both. */
function splice(from: Socket, to: Socket): void {
  from.pipe(to).pipe(from);
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const)
    one.on("error", () => other.destroy());
}

export class PortRelay {
  readonly #options: PortRelayOptions;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  constructor(options: PortRelayOptions) {
    this.#options = options;
  }

  start(): void {
    for (const [index, port] of this.#options.nodePorts.entries()) {
      const server = createServer({ allowHalfOpen: true }, (socket) => this.#relay(socket, port));
      server.listen({ fd: firstInheritedDescriptor + index });
      this.#servers.push(server);
    }
  }

  #relay(socket: Socket, port: number): void {
    const target = connect({ host: this.#options.address, port, allowHalfOpen: true });
    for (const one of [socket, target]) {
      this.#sockets.add(one);
      one.once("close", () => this.#sockets.delete(one));
    }
    splice(socket, target);
  }

  stop(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
