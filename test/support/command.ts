/** Runs `bin/kubets` as a person would. */
import { spawn } from "node:child_process";
import { join } from "node:path";

export const repository = join(import.meta.dirname, "../..");

export interface Output {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Words before the command, which run it: `unshare -m …`. */
  readonly within?: readonly string[];
  /** It is ended where it takes longer. Default two minutes. */
  readonly timeoutMs?: number;
}

/** Resolves when the command has ended, whatever its exit status. */
export function tryKubets(args: readonly string[], options: CommandOptions = {}): Promise<Output> {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const [program, ...words] = [...(options.within ?? []), join(repository, "bin/kubets"), ...args];
  const child = spawn(program!, words, {
    env: { ...environment, ...options.environment },
    timeout: options.timeoutMs ?? 120_000,
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (part: Buffer) => out.push(part));
  child.stderr.on("data", (part: Buffer) => err.push(part));
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) =>
      resolve({ status: status ?? 1, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}

/** Resolves with what it printed; rejects where it fails. */
export async function kubets(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await tryKubets(args, options);
  if (status === 0) return stdout;
  throw new Error(`kubets ${args.join(" ")} ended with status ${status}:\n${stderr}${stdout}`);
}
