/** What every trial of scale is given, and what it answers: figures, as data that is printed, plotted and kept. */
import { readFileSync } from "node:fs";
import { type Client, createClient, httpTransport, loadKubeconfig } from "../../src/client/mod.ts";
import { type BenchCluster, type BenchClusterOptions, startCluster } from "../kubets.ts";

/** One thing measured at one size. */
export interface Figure {
  /** What grows: `objects`, `watches`, `nodes`. */
  readonly along: string;
  readonly size: number;
  /** Named with the unit at the end: `readySeconds`, `residentMebibytes`. */
  readonly values: Readonly<Record<string, number>>;
}

export interface TrialCluster {
  readonly cluster: BenchCluster;
  readonly client: Client;
  /** Of all processes of the cluster, each by itself: what they share, Node's own file above all, is counted for each. */
  residentMebibytes(): Promise<number>;
  /** The same, and what several processes share is counted once: a share of it for each of them (Linux's PSS). */
  proportionalMebibytes(): Promise<number>;
  /** That the processes of the cluster have spent so far. */
  processorSeconds(): Promise<number>;
}

/** Starts a cluster of its own, and ends it when `work` is over. */
export async function withCluster<T>(
  options: BenchClusterOptions,
  work: (trial: TrialCluster) => Promise<T>,
): Promise<T> {
  const cluster = await startCluster(options);
  const transport = httpTransport(loadKubeconfig(cluster.kubeconfig));
  try {
    return await work({
      cluster,
      client: createClient(transport),
      residentMebibytes: async () =>
        (await cluster.processes()).reduce((sum, { residentBytes }) => sum + residentBytes, 0) / 2 ** 20,
      proportionalMebibytes: async () =>
        (await cluster.processes()).reduce((sum, { pid }) => sum + proportionalBytesOf(pid), 0) / 2 ** 20,
      processorSeconds: async () =>
        (await cluster.processes()).reduce((sum, { pid }) => sum + processorSecondsOf(pid), 0),
    });
  } finally {
    await transport.close();
    await cluster.stop();
  }
}

/** Pages that several processes have in memory count for each of them by its share. From `/proc`. */
function proportionalBytesOf(pid: number): number {
  const [, kibibytes] = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}

/** User and system time of a process with all its threads, from `/proc`. */
function processorSecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** How long `work` takes, in seconds. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
