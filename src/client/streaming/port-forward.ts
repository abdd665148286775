/**
 * Ports of a pod over one SPDY connection: for each connection to a port the client opens a stream for its bytes and one for a message why it
 * failed, paired by `requestID`.
 */
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { SpdyConnection } from "./spdy-connection.ts";
import type { SpdyStream } from "./spdy-stream.ts";

export const portForwardProtocol = "portforward.k8s.io";
/** The same SPDY bytes inside a WebSocket's messages. */
export const tunnelledPortForward = `SPDY/3.1+${portForwardProtocol}`;

/** Opens a connection to a port of the pod; throws with the sentence to tell the client. */
export type ConnectPort = (port: number) => Promise<Duplex>;

/** A pair that is not complete by then is given up. */
const pairTimeoutMs = 30_000;

interface Pair {
  data?: SpdyStream;
  error?: SpdyStream;
  readonly timer: NodeJS.Timeout;
}

/** Resolves when the client has left. */
export async function servePortForward(socket: Duplex, connect: ConnectPort): Promise<void> {
  const pairs = new Map<string, Pair>();
  const give = (requestId: string): void => {
    clearTimeout(pairs.get(requestId)?.timer);
    pairs.delete(requestId);
  };
  const onStream = (stream: SpdyStream): void => {
    const type = stream.headers["streamtype"];
    const requestId = stream.headers["requestid"];
    if (requestId === undefined || (type !== "data" && type !== "error")) return void stream.destroy();
    const pair: Pair = pairs.get(requestId) ?? { timer: setTimeout(() => giveUp(pairs, requestId), pairTimeoutMs) };
    pair[type] = stream;
    pairs.set(requestId, pair);
    if (!pair.data || !pair.error) return;
    give(requestId);
    void forward(pair.data, pair.error, connect);
  };
  const connection = new SpdyConnection(socket, { role: "server", onStream });
  await connection.closed;
  for (const requestId of [...pairs.keys()]) give(requestId);
}

function giveUp(pairs: Map<string, Pair>, requestId: string): void {
  const pair = pairs.get(requestId);
  pair?.data?.destroy();
  pair?.error?.destroy();
  pairs.delete(requestId);
}

async function forward(data: SpdyStream, error: SpdyStream, connect: ConnectPort): Promise<void> {
  error.resume();
  try {
    await joinStreams(data, await connect(portOf(data)));
    error.end();
  } catch (failure) {
    error.end((failure as Error).message);
    data.end();
    data.resume();
  }
}

/** Throws where the header names no port. */
function portOf(stream: SpdyStream): number {
  const port = Number(stream.headers["port"]);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error("unable to parse port");
  return port;
}

/** How long a peer may take for what was still to be sent when the other side had gone. */
const lingerMs = 5000;

/** Lets what was written go out before the end. */
function endAndDestroy(stream: Duplex): void {
  if (stream.destroyed) return;
  stream.end();
  stream.resume();
  if (stream.writableFinished) return void stream.destroy();
  const timer = setTimeout(() => stream.destroy(), lingerMs).unref();
  stream.once("finish", () => stream.destroy()).once("close", () => clearTimeout(timer));
}

/** Carries bytes both ways; each side's end is passed on. Resolves when both have ended, or either broke. */
export function joinStreams(left: Duplex, right: Duplex): Promise<void> {
  return new Promise((resolve) => {
    let open = 2;
    const closed = (other: Duplex) => () => {
      endAndDestroy(other);
      if (--open === 0) resolve();
    };
    const ended = (): void => {
      if (left.readableEnded && right.readableEnded && left.writableFinished && right.writableFinished) resolve();
    };
    for (const stream of [left, right])
      stream
        .on("end", ended)
        .on("finish", ended)
        .on("error", () => {});
    left.on("close", closed(right));
    right.on("close", closed(left));
    left.pipe(right);
    right.pipe(left);
  });
}

/** The client's side: opens connections to ports of the pod. */
export class PortForwardClient {
  readonly closed: Promise<void>;
  readonly #connection: SpdyConnection;
  #requests = 0;

  /** `socket` has been upgraded to SPDY, or is a WebSocket's stream. */
  constructor(socket: Duplex) {
    this.#connection = new SpdyConnection(socket, { role: "client" });
    this.closed = this.#connection.closed;
  }

  /** `failure` resolves with the other side's message, or undefined when the connection has ended well. */
  async connect(port: number): Promise<{ readonly data: Duplex; readonly failure: Promise<string | undefined> }> {
    const headers = { port: `${port}`, requestID: `${this.#requests++}` };
    const error = await this.#connection.openStream({ ...headers, streamType: "error" });
    error.end();
    const data = await this.#connection.openStream({ ...headers, streamType: "data" });
    const failure = text(error).then((message) => message || undefined);
    return { data, failure: failure.catch(() => undefined) };
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
