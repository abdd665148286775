/**
 * A listening socket of the host's network namespace for a process in another one: sockets keep the namespace in which they were made,
 * so the supervisor binds the loopback port and the child inherits the descriptor. No byte is copied between the two.
 */
import { createServer, type Server } from "node:net";
import { ClusterError } from "../errors.ts";

export interface ListeningSocket {
  readonly port: number;
  readonly descriptor: number;
  /** Closes the supervisor's own copy. Call it in the same turn as the spawn, so that no connection is accepted here. */
  release(): void;
}

interface HandleOwner {
  readonly _handle: { readonly fd: number };
}

export function listenOnLoopback(port: number, what: string): Promise<ListeningSocket> {
  return new Promise((resolve, reject) => {
    // What connects before the release would wait for an answer forever.
    const server = createServer((connection) => connection.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => reject(explainListen(error, port, what)));
    server.listen({ host: "127.0.0.1", port, backlog: 511 }, () => resolve(listeningSocket(server)));
  });
}

function listeningSocket(server: Server): ListeningSocket {
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    descriptor: (server as unknown as HandleOwner)._handle.fd,
    release: () => void server.close(),
  };
}

function explainListen(error: NodeJS.ErrnoException, port: number, what: string): Error {
  if (error.code === "EADDRINUSE")
    return new ClusterError(
      "port-taken",
      `port ${port} on 127.0.0.1, wanted for ${what}, is taken`,
      "stop what listens there, or choose another with --port (0: any free one) or --publish; kubets list shows this machine's clusters",
      { cause: error },
    );
  if (error.code === "EACCES")
    return new ClusterError(
      "port-taken",
      `port ${port} on 127.0.0.1, wanted for ${what}, may not be opened`,
      "ports below 1024 need root",
      { cause: error },
    );
  return error;
}
