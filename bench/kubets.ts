/** A cluster of its own for the benchmark, started by the command as anyone would. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
/** The command. */
export const kubets = resolve(import.meta.dirname, "../bin/kubets");

export interface ProcessFigure {
  readonly role: string;
  readonly pid: number;
  readonly residentBytes: number;
}

/** Of any process on this machine. Throws where there is none. */
export function processFigure(role: string, pid: number): ProcessFigure {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return { role, pid, residentBytes: Number(kibibytes) * 1024 };
}

export interface BenchCluster {
  readonly name: string;
  readonly server: string;
  readonly token: string;
  readonly kubeconfig: string;
  /** From the command's start to its return. */
  readonly readyMs: number;
  command(...args: readonly string[]): Promise<string>;
  processes(): Promise<readonly ProcessFigure[]>;
  /** Process ids of the API server, the controllers and the scheduler: one. */
  controlPlane(): Promise<readonly number[]>;
  stop(): Promise<void>;
}

export interface BenchClusterOptions {
  readonly nodes: number;
  readonly simulatedNodes?: number;
  /** Fills the store, in the folder that it is given, before the cluster starts. */
  readonly store?: (folder: string) => Promise<void>;
}

export async function startCluster({ nodes, simulatedNodes = 0, store }: BenchClusterOptions): Promise<BenchCluster> {
  const name = `bench-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), "kubets-bench-"));
  const kubeconfig = join(folder, "kubeconfig");
  const run = async (...args: readonly string[]) => (await execute(kubets, [...args], { maxBuffer: 2 ** 28 })).stdout;
  await store?.(join(folder, "data", "store"));
  const began = performance.now();
  await run(
    "up",
    "--name",
    name,
    "--nodes",
    String(nodes),
    "--simulated-nodes",
    String(simulatedNodes),
    "--port",
    "0",
    "--data",
    join(folder, "data"),
    "--kubeconfig",
    kubeconfig,
  );
  const readyMs = performance.now() - began;
  const status = async () =>
    JSON.parse(await run("status", "--name", name, "-o", "json")) as { server: string; processes: ProcessFigure[] };
  return {
    name,
    server: (await status()).server,
    token: (await run("kubeconfig", "--name", name, "--token")).trim(),
    kubeconfig,
    readyMs,
    command: run,
    processes: async () => (await status()).processes,
    controlPlane: async () =>
      (await status()).processes.flatMap(({ role, pid }) => (role === "control-plane" ? [pid] : [])),
    stop: async () => {
      await run("down", "--name", name);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
