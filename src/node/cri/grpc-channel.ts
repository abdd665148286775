/**
 * gRPC as CRI servers speak it: uncompressed messages over Node's own HTTP/2 on a unix socket, one connection for all calls, made when it is
 * first needed and again when it broke. See the gRPC project's PROTOCOL-HTTP2.
 */
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from "node:http2";
import { connect as connectSocket } from "node:net";
import { GrpcError, grpcCodes } from "./grpc-error.ts";
import { MessageReader, messageFrame } from "./grpc-frames.ts";

export interface GrpcCall {
  /** `/runtime.v1.RuntimeService/Version`. */
  readonly path: string;
  readonly request: Uint8Array;
  /** The server is told to give up after so long; the caller does so by itself. Absent: a stream that goes on. */
  readonly timeoutMs?: number;
  /** Of one message of the answer. */
  message(bytes: Buffer): void;
  /** Once, at the end; absent: the server said that all went well. */
  end(error: GrpcError | undefined): void;
}

/** Without an error: cancelled. */
export type GiveUp = (error?: GrpcError) => void;

/** Calls in flight share it. */
const sessionMemoryMegabytes = 64;
const unlimitedStreams = 2 ** 31 - 1;

export class GrpcChannel {
  readonly #path: string;
  #session: ClientHttp2Session | undefined;

  /** `path` is the socket's. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Resolves when there is a connection; rejects `Unavailable` where nobody listens. */
  connected(): Promise<void> {
    const session = this.#connect();
    if (!session.connecting) return Promise.resolve();
    return new Promise((resolve, reject) => {
      session.once("connect", () => resolve());
      session.once("close", () => reject(new GrpcError(grpcCodes.Unavailable, "connection error")));
    });
  }

  /** Returns what gives the call up; it ends with that error. */
  start(call: GrpcCall): GiveUp {
    const session = this.#connect();
    const stream = session.request({
      ":method": "POST",
      ":path": call.path,
      "content-type": "application/grpc",
      te: "trailers",
      "user-agent": "kubets",
      ...(call.timeoutMs !== undefined && { "grpc-timeout": timeoutText(call.timeoutMs) }),
    });
    stream.end(messageFrame(call.request));
    return follow(session, stream, call);
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  #connect(): ClientHttp2Session {
    const known = this.#session;
    if (known && !known.closed && !known.destroyed) return known;
    const session = http2.connect("http://localhost", {
      createConnection: () => connectSocket(this.#path),
      maxSessionMemory: sessionMemoryMegabytes,
      // Until the server sets a limit there is none: stops that take their grace period must not keep others waiting.
      peerMaxConcurrentStreams: unlimitedStreams,
    });
    // Each call is told by its own stream.
    session.on("error", () => {});
    this.#session = session;
    return session;
  }
}

/** Whoever gives up a call does not wait for a server that may not even read. */
function follow(session: ClientHttp2Session, stream: ClientHttp2Stream, call: GrpcCall): GiveUp {
  const reader = new MessageReader((bytes) => call.message(bytes));
  let verdict: GrpcError | "ok" | undefined;
  let broken: Error | undefined;
  let ended = false;
  const end = (error: GrpcError | undefined) => {
    if (ended) return;
    ended = true;
    call.end(error);
  };
  const giveUp = (error = new GrpcError(grpcCodes.Cancelled, "context canceled")) => {
    end(error);
    stream.close(http2.constants.NGHTTP2_CANCEL);
  };
  const judge = (headers: IncomingHttpHeaders) => (verdict ??= verdictOf(headers));
  // A call that fails at once has its verdict in the first headers.
  stream.on("response", judge);
  stream.on("trailers", judge);
  stream.on("data", (chunk: Buffer) => {
    const problem = ended ? undefined : read(reader, chunk);
    if (problem !== undefined) giveUp(problem);
  });
  stream.on("error", (error) => (broken = error));
  stream.on("close", () => {
    verdict ??= session.destroyed
      ? new GrpcError(grpcCodes.Unavailable, broken?.message ?? "the connection was lost")
      : resetError(stream.rstCode);
    end(verdict === "ok" ? undefined : verdict);
  });
  return giveUp;
}

const { NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM, NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM } = http2.constants;

/** "Errors" in PROTOCOL-HTTP2; all others are the server's own failure. */
const resetCodes: Readonly<Record<number, number>> = {
  [NGHTTP2_REFUSED_STREAM]: grpcCodes.Unavailable,
  [NGHTTP2_CANCEL]: grpcCodes.Cancelled,
  [NGHTTP2_ENHANCE_YOUR_CALM]: grpcCodes.ResourceExhausted,
  [http2.constants.NGHTTP2_INADEQUATE_SECURITY]: grpcCodes.PermissionDenied,
};

/** Of a stream that has ended without a verdict, on a connection that goes on. */
function resetError(reset: number | undefined): GrpcError {
  if (reset === undefined || reset === NGHTTP2_NO_ERROR)
    return new GrpcError(grpcCodes.Internal, "server closed the stream without sending trailers");
  const why = `stream terminated by RST_STREAM with error code: ${reset}`;
  return new GrpcError(resetCodes[reset] ?? grpcCodes.Internal, why);
}

/** Eight digits and a unit, milliseconds or seconds. */
function timeoutText(milliseconds: number): string {
  const whole = Math.max(1, Math.ceil(milliseconds));
  return whole < 1e8 ? `${whole}m` : `${Math.min(Math.ceil(whole / 1000), 1e8 - 1)}S`;
}

/** Answers why the call cannot go on, if so: a message that is none ends its call, not the process. */
function read(reader: MessageReader, chunk: Buffer): GrpcError | undefined {
  try {
    return reader.read(chunk);
  } catch (error) {
    return new GrpcError(grpcCodes.Internal, `a message cannot be read: ${(error as Error).message}`);
  }
}

function verdictOf(headers: IncomingHttpHeaders): GrpcError | "ok" | undefined {
  const status = headers["grpc-status"];
  if (status === undefined) {
    const http = headers[":status"];
    return http === undefined || Number(http) === 200 ? undefined : new GrpcError(grpcCodes.Unknown, `HTTP ${http}`);
  }
  return Number(status) === 0 ? "ok" : new GrpcError(Number(status), decodedMessage(headers["grpc-message"]));
}

/** Percent-encoded; a server that does not keep to it is taken at its word. */
function decodedMessage(text: string | string[] | undefined): string {
  const message = String(text ?? "");
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
