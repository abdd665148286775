/** Servers that end when they are told to. */
import type { Server, Socket } from "node:net";

/**
 * Before the server listens. What it answers ends the server with every connection, whatever that is doing: a server of Node's own does not
 * count as its connections those in a TLS handshake, and no longer those that have left HTTP.
 */
export function endable(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
}
