/**
 * The loopback of the host, for a process in a network namespace of its own: what an administrator's file or a webhook's URL calls `127.0.0.1`
 * is meant to be the machine's. A unix socket of the supervisor leads there; its first line names the address.
 */
import https from "node:https";
import { connect, type Socket } from "node:net";
import tls from "node:tls";

/** A fact of the process, as its network namespace is: set once at its start. */
let way: string | undefined;

/** From here on connections to loopback addresses leave by the socket at `socketPath`; nothing: by the process's own loopback. */
export function reachHostLoopback(socketPath: string | undefined): void {
  way = socketPath;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function loopbackSocket(path: string, host: string, port: number): Socket {
  const socket = connect(path);
  socket.write(`${host} ${port}\n`);
  return socket;
}

/** Connections over TLS to addresses that somebody has configured. */
export class ConfiguredAddressAgent extends https.Agent {
  override createConnection(
    options: https.RequestOptions,
    callback?: Parameters<https.Agent["createConnection"]>[1],
  ): ReturnType<https.Agent["createConnection"]> {
    const { host, port } = options;
    if (!way || !host || !isLoopback(host)) return super.createConnection(options, callback);
    const socket = loopbackSocket(way, host, Number(port));
    const secure = tls.connect({ ...(options as tls.ConnectionOptions), socket });
    // Before the handshake only the socket knows that nobody listens.
    socket.once("error", (error) => secure.destroy(error));
    return secure;
  }
}
