/** Exec and attach over SPDY: one stream for each of the command's, told apart by their `streamType` header. */
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
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
import { SpdyConnection } from "./spdy-connection.ts";
import type { SpdyStream } from "./spdy-stream.ts";

/** In order of preference. */
export const spdyCommandProtocols = [
  "v4.channel.k8s.io",
  "v3.channel.k8s.io",
  "v2.channel.k8s.io",
  "channel.k8s.io",
] as const;

/** A client that has not opened all its streams by then never will. */
const streamsTimeoutMs = 30_000;

const hasResize = (protocol: string, { tty }: StreamFlags): boolean => tty && /^v[34]\./.test(protocol);

/** Streams that both sides agree on before the command runs. */
function streamTypes(protocol: string, flags: StreamFlags): string[] {
  return [
    "error",
    ...(flags.stdin ? ["stdin"] : []),
    ...(flags.stdout ? ["stdout"] : []),
    ...(flags.stderr ? ["stderr"] : []),
    ...(hasResize(protocol, flags) ? ["resize"] : []),
  ];
}

/** Resolves when the client has opened all its streams; rejects, and ends the connection, where it does not. */
export async function serveSpdyCommand(
  socket: Duplex,
  protocol: string,
  flags: StreamFlags,
): Promise<RemoteCommandServer> {
  const expected = streamTypes(protocol, flags);
  const streams = new Map<string, SpdyStream>();
  const complete = Promise.withResolvers<void>();
  const connection = new SpdyConnection(socket, {
    role: "server",
    onStream: (stream) => {
      const type = stream.headers["streamtype"] ?? "";
      if (!expected.includes(type) || streams.has(type)) return void stream.destroy();
      streams.set(type, stream);
      if (streams.size === expected.length) complete.resolve();
    },
  });
  const timer = setTimeout(
    () => complete.reject(new Error("timed out waiting for client to create streams")),
    streamsTimeoutMs,
  );
  void connection.closed.then(() => complete.reject(new Error("the client left before it opened its streams")));
  try {
    await complete.promise;
  } catch (error) {
    connection.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return commandServer(connection, streams, protocol);
}

function commandServer(
  connection: SpdyConnection,
  streams: Map<string, SpdyStream>,
  protocol: string,
): RemoteCommandServer {
  const [stdin, stdout, stderr] = ["stdin", "stdout", "stderr"].map((type) => streams.get(type));
  return {
    ...(stdin && { stdin }),
    ...(stdout && { stdout }),
    ...(stderr && { stderr }),
    sizes: new TerminalSizes(streams.get("resize")),
    closed: connection.closed,
    finish: async (status) => {
      await Promise.all([endOutput(stdout), endOutput(stderr)]);
      await endOutput(streams.get("error"), encodeResult(protocol, status));
      await connection.close();
    },
  };
}

/** `socket` has been upgraded to SPDY, and `protocol` agreed on. */
export async function openSpdyCommand(
  socket: Duplex,
  protocol: string,
  flags: StreamFlags,
): Promise<RemoteCommandClient> {
  const connection = new SpdyConnection(socket, { role: "client" });
  const streams = new Map<string, SpdyStream>();
  for (const streamType of streamTypes(protocol, flags)) {
    streams.set(streamType, await connection.openStream({ streamType }));
  }
  const [stdin, stdout, stderr, resize] = ["stdin", "stdout", "stderr", "resize"].map((type) => streams.get(type));
  const error = streams.get("error")!;
  error.end();
  const result = text(error).then((message) => decodeResult(protocol, message, error.isCutOff));
  result.catch(() => {});
  return {
    ...(stdin && { stdin }),
    ...(stdout && { stdout }),
    ...(stderr && { stderr }),
    resize: (size) => resize?.write(encodeSize(size)),
    result,
    close: () => connection.close(),
  };
}
