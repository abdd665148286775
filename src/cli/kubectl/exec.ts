/** `kubets exec`. */
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type corev1, resources } from "../../api/mod.ts";
import {
  createClient,
  dialRemoteCommand,
  exitCodeOf,
  type RemoteCommandClient,
  resourcePath,
} from "../../client/mod.ts";
import { UsageError } from "../failure.ts";
import { type ConnectionFlags, type Session, withSession } from "./session.ts";

export interface ExecFlags extends ConnectionFlags {
  readonly stdin?: boolean;
  readonly tty?: boolean;
  readonly container?: string;
}

export async function exec(pod: string, words: readonly string[], flags: ExecFlags): Promise<void> {
  const command = words[0] === "--" ? words.slice(1) : words;
  if (command.length === 0) throw new UsageError("you must specify at least one command for the container");
  await withSession(flags, async (session) => {
    const name = pod.replace(/^pods?\//, "");
    const tty = (flags.tty ?? false) && (process.stdin.isTTY ?? false);
    if (flags.tty && !tty)
      process.stderr.write("Unable to use a TTY - input is not a terminal or the right kind of file\n");
    const container = flags.container ?? (await defaultContainer(session, name));
    const path = resourcePath(resources.pods, { namespace: session.namespace, name, subresource: "exec" });
    const streams = { stdin: flags.stdin ?? false, stdout: true, stderr: !tty, tty };
    const target = { ...session.connection, path: `${path}?${query(command, container, streams)}` };
    const running = await dialRemoteCommand(target, streams);
    process.exitCode = await attachTerminal(running, tty);
  });
}

async function defaultContainer(session: Session, name: string): Promise<string> {
  const pod: corev1.Pod = await createClient(session.transport)
    .resource(resources.pods)
    .get(name, { namespace: session.namespace });
  const names = pod.spec.containers.map((container) => container.name);
  const chosen = pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"] ?? names[0]!;
  if (names.length > 1) process.stderr.write(`Defaulted container "${chosen}" out of: ${names.join(", ")}\n`);
  return chosen;
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
