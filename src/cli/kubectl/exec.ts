/** `kubets exec`. */
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { dialRemoteCommand, exitCodeOf, type RemoteCommandClient } from "../../client/mod.ts";
import { UsageError } from "../failure.ts";
import { containerOf, podOf } from "./pods-of.ts";
import { type ConnectionFlags, withSession } from "./session.ts";

export interface ExecFlags extends ConnectionFlags {
  readonly stdin?: boolean;
  readonly tty?: boolean;
  readonly container?: string;
}

export async function exec(pod: string, words: readonly string[], flags: ExecFlags): Promise<void> {
  const command = words[0] === "--" ? words.slice(1) : words;
  if (command.length === 0) throw new UsageError("you must specify at least one command for the container");
  await withSession(flags, async (session) => {
    const { pod: found } = await podOf(session, pod);
    const phase = found.status?.phase;
    if (phase === "Succeeded" || phase === "Failed")
      throw new UsageError(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    const tty = (flags.tty ?? false) && (process.stdin.isTTY ?? false);
    if (flags.tty && !tty)
      process.stderr.write("Unable to use a TTY - input is not a terminal or the right kind of file\n");
    const container = containerOf(found, flags.container);
    const { namespace, name } = found.metadata;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/exec`;
    const streams = { stdin: flags.stdin ?? false, stdout: true, stderr: !tty, tty };
    const target = { ...session.connection, path: `${path}?${query(command, container, streams)}` };
    const running = await dialRemoteCommand(target, streams);
    process.exitCode = await attachTerminal(running, tty);
  });
}

function query(
  command: readonly string[],
  container: string,
  streams: { stdin: boolean; stderr: boolean; tty: boolean },
): URLSearchParams {
  const parameters = new URLSearchParams(command.map((word) => ["command", word]));
  parameters.set("container", container);
  parameters.set("stdout", "true");
  for (const name of ["stdin", "stderr", "tty"] as const) if (streams[name]) parameters.set(name, "true");
  return parameters;
}

/** Resolves when all of it is printed. */
async function print(from: Readable | undefined, to: Writable): Promise<void> {
  if (from) await pipeline(from, to, { end: false });
}

/** Joins this process's terminal and the command; answers the command's exit status. */
async function attachTerminal(running: RemoteCommandClient, tty: boolean): Promise<number> {
  const resize = () => running.resize({ width: process.stdout.columns, height: process.stdout.rows });
  if (running.stdin) process.stdin.pipe(running.stdin);
  const outputs = [print(running.stdout, process.stdout), print(running.stderr, process.stderr)];
  if (tty) {
    process.stdin.setRawMode(true);
    resize();
    process.stdout.on("resize", resize);
  }
  try {
    const status = await running.result;
    await Promise.all(outputs);
    const exitCode = exitCodeOf(status);
    if (exitCode === undefined) process.stderr.write(`error: ${status.message}\n`);
    else if (exitCode !== 0 && !tty) process.stderr.write(`command terminated with exit code ${exitCode}\n`);
    return exitCode ?? 1;
  } finally {
    process.stdout.off("resize", resize);
    if (tty) process.stdin.setRawMode(false);
    process.stdin.unpipe();
    process.stdin.pause();
    await running.close();
  }
}
