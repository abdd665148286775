/** Programs that a foreign suite needs: package managers, interpreters, the client itself. */
import { spawn } from "node:child_process";

export interface Ended {
  readonly status: number;
  readonly output: string;
}

export interface RunOptions {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Default five minutes. */
  readonly timeoutMs?: number;
}

/** Resolves when it has ended, whatever its status, with what it wrote to either stream. */
export function tryRun(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { folder, environment, timeoutMs = 300_000 } = options;
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: timeoutMs,
    ...(folder && { cwd: folder }),
  });
  const parts: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => parts.push(part));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? 1, output: Buffer.concat(parts).toString() }));
  });
}

/** Resolves with what it wrote; rejects where it fails. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, output } = await tryRun(program, args, options);
  if (status === 0) return output;
  throw new Error(`${program} ${args.join(" ")} ended with status ${status}:\n${output.slice(-4000)}`);
}

/** Whether the program can be started. */
export async function isThere(program: string, ...args: readonly string[]): Promise<boolean> {
  return tryRun(program, args).then(
    ({ status }) => status === 0,
    () => false,
  );
}
