/** Ports over WebSocket as clients had it before the tunnel: for each port of the query a channel for its bytes and one for its failure. */
import type { Duplex } from "node:stream";
import { ChannelSocket } from "./channel-socket.ts";
import { type ConnectPort, joinStreams } from "./port-forward.ts";
import type { AgreedWebSocket } from "./upgrade.ts";

export const portChannelProtocols = ["v4.channel.k8s.io", "v4.base64.channel.k8s.io"] as const;

/** Resolves when the client has left. */
export async function servePortChannels(
  { webSocket, protocol }: AgreedWebSocket,
  ports: readonly number[],
  connect: ConnectPort,
): Promise<void> {
  const socket = new ChannelSocket(webSocket, { protocol, role: "server" });
  const served = ports.map((port, index) =>
    servePort(port, { data: socket.channel(2 * index), error: socket.channel(2 * index + 1), connect }),
  );
  await Promise.race([socket.closed, Promise.all(served)]);
  await socket.close();
}

async function servePort(port: number, on: { data: Duplex; error: Duplex; connect: ConnectPort }): Promise<void> {
  const { data, error, connect } = on;
  // Both channels begin with their port, low byte first.
  const begin = Buffer.alloc(2);
  begin.writeUInt16LE(port);
  data.write(begin);
  error.write(begin);
  try {
    await joinStreams(data, await connect(port));
  } catch (failure) {
    error.write((failure as Error).message);
  }
}
