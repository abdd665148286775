/** Exec and attach over WebSocket: a channel for each of the command's streams. */
import { text } from "node:stream/consumers";
import { ChannelSocket } from "./channel-socket.ts";
import {
  decodeResult,
  encodeResult,
  encodeSize,
  endOutput,
  type RemoteCommandClient,
  type RemoteCommandServer,
  type StreamFlags,
  TerminalSizes,
} from "./remote-command.ts";
import type { AgreedWebSocket } from "./upgrade.ts";

/** What a server takes, in order of preference; a client that names none speaks `channel.k8s.io`. */
export const webSocketCommandProtocols = [
  "v5.channel.k8s.io",
  "v4.channel.k8s.io",
  "v4.base64.channel.k8s.io",
  "channel.k8s.io",
  "base64.channel.k8s.io",
] as const;

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;

export function serveWebSocketCommand(
  { webSocket, protocol }: AgreedWebSocket,
  flags: StreamFlags,
): RemoteCommandServer {
  const socket = new ChannelSocket(webSocket, { protocol, role: "server" });
  const stdin = flags.stdin ? socket.channel(channels.stdin) : undefined;
  const stdout = flags.stdout ? socket.channel(channels.stdout) : undefined;
  const stderr = flags.stderr ? socket.channel(channels.stderr) : undefined;
  const error = socket.channel(channels.error);
  (stdout ?? stderr ?? error).greet();
  return {
    ...(stdin && { stdin }),
    ...(stdout && { stdout }),
    ...(stderr && { stderr }),
    sizes: new TerminalSizes(flags.tty ? socket.channel(channels.resize) : undefined),
    closed: socket.closed.then(() => {}),
    finish: async (status) => {
      await Promise.all([endOutput(stdout), endOutput(stderr)]);
      await endOutput(error, encodeResult(protocol, status));
      await socket.close();
    },
  };
}

export function openWebSocketCommand(
  { webSocket, protocol }: AgreedWebSocket,
  flags: StreamFlags,
): RemoteCommandClient {
  const socket = new ChannelSocket(webSocket, { protocol, role: "client" });
  const stdin = flags.stdin ? socket.channel(channels.stdin) : undefined;
  const stdout = flags.stdout ? socket.channel(channels.stdout) : undefined;
  const stderr = flags.stderr ? socket.channel(channels.stderr) : undefined;
  const resize = flags.tty ? socket.channel(channels.resize) : undefined;
  const error = socket.channel(channels.error);
  const result = text(error).then((message) => decodeResult(protocol, message, error.isCutOff));
  result.catch(() => {});
  return {
    ...(stdin && { stdin }),
    ...(stdout && { stdout }),
    ...(stderr && { stderr }),
    resize: (size) => resize?.write(encodeSize(size)),
    result,
    close: () => socket.close(),
  };
}
