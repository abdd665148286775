/** Builds and runs the client-go load of `load/`. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

export interface Figure {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Of the server's processes, for one request; absent where they are not known. */
  readonly cpuMicroseconds?: number;
  /** Of the load itself, for one request. */
  readonly loadMicroseconds: number;
  /** Unix time. */
  readonly beganMs: number;
  readonly endedMs: number;
}

export type Figures = Readonly<Record<string, Figure>>;

export interface LoadOptions {
  readonly server: string;
  readonly token: string;
  readonly format: string;
  readonly objects: number;
  readonly lists: number;
  /** Of the server, whose clocks tell their processor time. */
  readonly processes: readonly number[];
  /** Default: all. */
  readonly verbs?: readonly string[];
}

/** Answers the program's path. Needs Go. */
export async function buildLoad(): Promise<string> {
  const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "kubets");
  mkdirSync(folder, { recursive: true });
  const program = join(folder, "bench-load");
  await execute("go", ["build", "-o", program, "."], { cwd: join(import.meta.dirname, "load") });
  return program;
}

export async function runLoad(program: string, options: LoadOptions): Promise<Figures> {
  const { server, token, format, objects, lists, processes, verbs } = options;
  const { stdout } = await execute(program, [
    ...["-server", server, "-token", token, "-format", format],
    ...["-objects", String(objects), "-lists", String(lists), "-processes", processes.join(",")],
    ...(verbs ? ["-verbs", verbs.join(",")] : []),
  ]);
  return JSON.parse(stdout) as Figures;
}

/** Makes so many pods, answers what `look` does while they are there, and deletes them. */
export async function withPods<T>(
  program: string,
  { server, token, objects }: Pick<LoadOptions, "server" | "token" | "objects">,
  look: () => Promise<T>,
): Promise<T> {
  const args = ["-hold", "-server", server, "-token", token, "-objects", String(objects)];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  try {
    await Promise.race([once(child.stdout, "data"), ended.then(() => Promise.reject(new Error("the load failed")))]);
    return await look();
  } finally {
    child.stdin.end();
    await ended;
  }
}
