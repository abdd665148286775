/** Takes exec, attach and port-forward requests from any client: kubectl old and new, SPDY or WebSocket. */
import { type ConnectPort, portForwardProtocol, servePortForward, tunnelledPortForward } from "./port-forward.ts";
import { portChannelProtocols, servePortChannels } from "./port-forward-channels.ts";
import type { RemoteCommandServer, StreamFlags } from "./remote-command.ts";
import { serveSpdyCommand, spdyCommandProtocols } from "./remote-command-spdy.ts";
import { serveWebSocketCommand, webSocketCommandProtocols } from "./remote-command-websocket.ts";
import { acceptSpdy, acceptWebSocket, refuseUpgrade, type UpgradeRequest, upgradeKind } from "./upgrade.ts";
import { webSocketLibrary } from "./web-socket-library.ts";

const noUpgrade = "Upgrade request required";

/** Answers the command's streams; nothing where the client was refused or left, and has been told. */
export async function acceptRemoteCommand(
  upgrade: UpgradeRequest,
  flags: StreamFlags,
): Promise<RemoteCommandServer | undefined> {
  switch (upgradeKind(upgrade.request)) {
    case "websocket": {
      const agreed = await acceptWebSocket(upgrade, webSocketCommandProtocols);
      return agreed && serveWebSocketCommand(agreed, flags);
    }
    case "spdy": {
      const protocol = acceptSpdy(upgrade, spdyCommandProtocols);
      if (protocol === undefined) return undefined;
      return serveSpdyCommand(upgrade.socket, protocol, flags).catch(() => undefined);
    }
    case "none":
      refuseUpgrade(upgrade.socket, 400, noUpgrade);
      return undefined;
  }
}

/**
 * Serves forwarded ports until the client leaves. `connect` opens one connection to a port of the pod; where it throws, the client is told the
 * message. `ports` are those of the request's query, which old WebSocket clients name there.
 */
export async function acceptPortForward(
  upgrade: UpgradeRequest,
  connect: ConnectPort,
  ports: readonly number[] = [],
): Promise<void> {
  switch (upgradeKind(upgrade.request)) {
    case "websocket": {
      const agreed = await acceptWebSocket(upgrade, [tunnelledPortForward, ...portChannelProtocols]);
      if (!agreed) return;
      if (agreed.protocol !== tunnelledPortForward) return servePortChannels(agreed, ports, connect);
      return servePortForward(webSocketLibrary().createWebSocketStream(agreed.webSocket), connect);
    }
    case "spdy":
      if (acceptSpdy(upgrade, [portForwardProtocol]) !== undefined) await servePortForward(upgrade.socket, connect);
      return;
    case "none":
      refuseUpgrade(upgrade.socket, 400, noUpgrade);
  }
}
