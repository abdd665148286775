/**
 * Exec and attach as streams, whatever wire carries them: SPDY or WebSocket, seen from the side that runs the command (server) or from the side
 * that asked for it (client).
 */
import type { Duplex, Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { metav1 } from "../../api/mod.ts";

export interface StreamFlags {
  readonly stdin: boolean;
  readonly stdout: boolean;
  /** Never together with `tty`: a terminal has one output. */
  readonly stderr: boolean;
  readonly tty: boolean;
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** The side that runs the command. Streams that were not asked for are absent. */
export interface RemoteCommandServer {
  /** Ends when the client closes it or leaves. */
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  /** Sizes of the client's terminal as they change; the latest where the reader is behind. Ends with the connection. */
  readonly sizes: AsyncIterable<TerminalSize>;
  /** Resolves when the connection is over, however it ended: the client has left or `finish` is done. */
  readonly closed: Promise<void>;
  /** Ends the outputs, tells the client how the command ended, and closes the connection. */
  finish(status: CommandStatus): Promise<void>;
}

/** The side that asked for the command. Streams that were not asked for are absent; those that are there must be read. */
export interface RemoteCommandClient {
  readonly stdin?: Writable;
  readonly stdout?: Readable;
  readonly stderr?: Readable;
  resize(size: TerminalSize): void;
  /** How the command ended. Rejects where the connection ended before it was said. */
  readonly result: Promise<CommandStatus>;
  close(): Promise<void>;
}

/** How a command ended: a Status as it stands on the wire, without kind. */
export type CommandStatus = Omit<metav1.Status, "apiVersion" | "kind">;

const commandSucceeded: CommandStatus = Object.freeze({ metadata: {}, status: "Success" });

/** The command ran and ended with `exitCode`. */
export function commandExited(exitCode: number): CommandStatus {
  if (exitCode === 0) return commandSucceeded;
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: `${exitCode}` }] },
  };
}

/** The command could not be run. */
export const commandFailed = (message: string): CommandStatus => ({
  metadata: {},
  status: "Failure",
  message,
  reason: "InternalError",
  details: { causes: [{ message }] },
  code: 500,
});

/** 0 for success; undefined where the command never ran. */
export function exitCodeOf(status: CommandStatus): number | undefined {
  if (status.status === "Success") return 0;
  if (status.reason !== "NonZeroExitCode") return undefined;
  const cause = status.details?.causes?.find(({ reason }) => reason === "ExitCode");
  return cause ? Number(cause.message) : undefined;
}

/** From version 4 on the error stream carries a Status; before, the bare message of a failure. */
const hasStatus = (protocol: string): boolean => /^v[4-9]\./.test(protocol);

/** What the error stream carries; empty where there is nothing to say. */
export function encodeResult(protocol: string, status: CommandStatus): string {
  if (hasStatus(protocol)) return JSON.stringify(status);
  return status.status === "Success" ? "" : (status.message ?? "unknown error");
}

/** Throws where the connection ended before the result was said. */
export function decodeResult(protocol: string, text: string, isCutOff: boolean): CommandStatus {
  if (text === "") {
    if (isCutOff) throw new Error("the connection ended before the command did");
    return commandSucceeded;
  }
  return hasStatus(protocol) ? (JSON.parse(text) as CommandStatus) : commandFailed(text);
}

export const encodeSize = ({ width, height }: TerminalSize): string =>
  `${JSON.stringify({ Width: width, Height: height })}\n`;

/** Reads the resize stream to its end, keeping only the newest size for a reader that is behind. */
export class TerminalSizes implements AsyncIterable<TerminalSize> {
  #text = "";
  #latest: TerminalSize | undefined;
  #ended = false;
  #wake = (): void => {};

  constructor(stream: Readable | undefined) {
    if (!stream) this.#ended = true;
    stream?.on("data", (chunk: Buffer) => this.#take(chunk.toString("utf8")));
    stream?.on("close", () => this.#end());
    stream?.on("end", () => this.#end());
  }

  async *[Symbol.asyncIterator](): AsyncIterator<TerminalSize> {
    for (;;) {
      const size = this.#latest;
      this.#latest = undefined;
      if (size) yield size;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** The values are flat objects, one after the other, with or without lines between them. */
  #take(text: string): void {
    this.#text += text;
    for (const [json] of this.#text.matchAll(/\{[^{}]*\}/g)) {
      const { Width: width, Height: height } = parseObject(json);
      if (typeof width === "number" && typeof height === "number") this.#latest = { width, height };
    }
    this.#text = this.#text.slice(this.#text.lastIndexOf("}") + 1).slice(-1024);
    this.#wake();
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }
}

function parseObject(json: string): Record<string, unknown> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Ends a stream that only sends and waits until all of it is on its way. */
export function endOutput(stream: Duplex | Writable | undefined, last?: string): Promise<void> {
  if (!stream || stream.destroyed || stream.writableFinished) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once("close", resolve);
    if (stream.writableEnded) stream.once("finish", resolve);
    else if (last) stream.end(last, () => resolve());
    else stream.end(() => resolve());
  });
}

/** Carries a command between a client that came here and the server that runs it. Resolves when both connections are over. */
export async function bridgeRemoteCommand(from: RemoteCommandServer, to: RemoteCommandClient): Promise<void> {
  void from.closed.then(() => to.close());
  if (from.stdin && to.stdin) void pipeline(from.stdin, to.stdin).catch(() => {});
  const outputs = [copy(to.stdout, from.stdout), copy(to.stderr, from.stderr)];
  void (async () => {
    for await (const size of from.sizes) to.resize(size);
  })();
  const status = await to.result.catch((error: Error) => commandFailed(error.message));
  await Promise.all(outputs);
  await from.finish(status);
  await to.close();
}

async function copy(from: Readable | undefined, to: Writable | undefined): Promise<void> {
  if (!from) return;
  if (!to) from.resume();
  else await pipeline(from, to).catch(() => {});
}
