/** Runs `ip`, `nft` and the like, with argument lists, here or in a network namespace. */
import { spawn } from "node:child_process";

export interface CommandOptions {
  /** Path of the network namespace to run in; absent: this process's own. */
  readonly namespace?: string | undefined;
  readonly input?: string;
}

export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly command: string;
  /** The exit status; absent where the program did not start or was ended by a signal. */
  readonly status: number | undefined;

  constructor(command: string, status: number | undefined, message: string) {
    super(`${command}: ${message}`);
    this.command = command;
    this.status = status;
  }
}

/** What to put before a command so that it runs in the network namespace, and in nothing else of it: cgroups and mounts stay in sight. */
export function enterArguments(namespace: string): readonly string[] {
  return ["nsenter", `--net=${namespace}`, "--"];
}

const outputLimit = 64 * 1024 * 1024;

/** Answers standard output; rejects with a `CommandError` that carries standard error. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const prefix = options.namespace === undefined ? [] : enterArguments(options.namespace);
  const [program, ...rest] = [...prefix, command, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(program!, rest, { stdio: ["pipe", "pipe", "pipe"] });
    const output: Buffer[] = [];
    const complaint: Buffer[] = [];
    let length = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= outputLimit) output.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => complaint.length < 100 && complaint.push(chunk));
    // A program that ends without reading its input is judged by its status alone.
    child.stdin.on("error", () => {});
    child.on("error", (error) => reject(new CommandError(command, undefined, error.message)));
    child.on("close", (status, signal) => {
      if (status === 0) return resolve(Buffer.concat(output).toString());
      const text = Buffer.concat(complaint).toString().trim();
      reject(new CommandError(command, status ?? undefined, text || `ended by ${signal ?? `status ${status}`}`));
    });
    child.stdin.end(options.input ?? "");
  });
}

/** Runs `ip` commands in one process, in order; the first that fails ends it. */
export async function ipBatch(commands: readonly string[], options: CommandOptions = {}): Promise<void> {
  if (commands.length === 0) return;
  await run("ip", ["-batch", "-"], { ...options, input: `${commands.join("\n")}\n` });
}

/** The decoded answer of `ip -json …`. */
export async function ipJson(args: readonly string[], options: CommandOptions = {}): Promise<unknown> {
  const text = await run("ip", ["-json", ...args], options);
  return text.trim() === "" ? [] : JSON.parse(text);
}

/** Sets kernel parameters of a network namespace by their path under `/proc/sys`. */
export async function setKernelParameter(path: string, value: string, options: CommandOptions): Promise<void> {
  await run("tee", [`/proc/sys/${path}`], { ...options, input: value });
}
