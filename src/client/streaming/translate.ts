/**
 * What is new in WebSocket, translated into SPDY: runtimes know the older WebSocket protocols at most, in which a client cannot say that its input
 * has ended, and no port-forward. Upstream's API server does the same.
 */
import type { IncomingMessage } from "node:http";
import { acceptRemoteCommand } from "./accept.ts";
import { type DialTarget, dialRemoteCommand, dialSpdy } from "./dial.ts";
import { joinStreams, portForwardProtocol, tunnelledPortForward } from "./port-forward.ts";
import { bridgeRemoteCommand, type StreamFlags } from "./remote-command.ts";
import { acceptWebSocket, refuseUpgrade, type UpgradeRequest, upgradeKind } from "./upgrade.ts";
import { webSocketLibrary } from "./web-socket-library.ts";

const offers = (request: IncomingMessage, protocol: string): boolean =>
  upgradeKind(request) === "websocket" &&
  (request.headers["sec-websocket-protocol"] ?? "").split(",").some((name) => name.trim() === protocol);

/** The client can say that its input has ended. */
export const isTranslatedCommand = (request: IncomingMessage): boolean => offers(request, "v5.channel.k8s.io");

export const isTranslatedPortForward = (request: IncomingMessage): boolean => offers(request, tunnelledPortForward);

/** Resolves when both connections are over. Rejects with the `StatusError` of a target that refuses; the client has no answer then. */
export async function translateRemoteCommand(
  upgrade: UpgradeRequest,
  target: DialTarget,
  flags: StreamFlags,
): Promise<void> {
  const to = await orRefuse(upgrade, dialRemoteCommand(target, flags, "spdy"));
  if (!to) return;
  const from = upgrade.socket.destroyed ? undefined : await acceptRemoteCommand(upgrade, flags);
  if (from) await bridgeRemoteCommand(from, to);
  else await to.close();
}

/** The same for ports: the WebSocket carries the bytes of a SPDY connection, which go on as they are. */
export async function translatePortForward(upgrade: UpgradeRequest, target: DialTarget): Promise<void> {
  const to = await orRefuse(upgrade, dialSpdy(target, [portForwardProtocol]));
  if (!to) return;
  const from = upgrade.socket.destroyed ? undefined : await acceptWebSocket(upgrade, [tunnelledPortForward]);
  if (from) await joinStreams(webSocketLibrary().createWebSocketStream(from.webSocket), to.socket);
  else to.socket.destroy();
}

/** Tells the client of a target that cannot be reached; what the target itself says is the caller's to pass on. */
async function orRefuse<T>({ socket }: UpgradeRequest, dialled: Promise<T>): Promise<T | undefined> {
  try {
    return await dialled;
  } catch (error) {
    if ((error as Error).name === "StatusError") throw error;
    if (!socket.destroyed) refuseUpgrade(socket, 502, `error dialing backend: ${(error as Error).message}`, "");
    return undefined;
  }
}
