/** What the node's pods use now, as the runtime and the machine tell it. */
import { readFile, statfs } from "node:fs/promises";
import { cpus } from "node:os";
import type { ContainerStats, Runtime, SandboxStats } from "../runtime/contract.ts";
import { memoryBytes } from "../status/machine.ts";

/** What is asked for again and again. */
export interface NodeUsage {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Of the whole machine. */
  readonly cpuCoreNanoseconds: number;
  readonly memoryTotalBytes: number;
  readonly memoryAvailableBytes: number;
  readonly containers: readonly ContainerStats[];
}

export interface NodeStats extends NodeUsage {
  readonly nodeName: string;
  readonly startTime: number;
  readonly disk: { readonly capacityBytes: number; readonly availableBytes: number };
  readonly imageBytes: number;
  readonly sandboxes: readonly SandboxStats[];
}

function machineCpuNanoseconds(): number {
  const busyMs = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  return busyMs * 1e6;
}

async function availableMemory(): Promise<number> {
  const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
  return Number(/^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}

async function diskUsage(folder: string): Promise<{ capacityBytes: number; availableBytes: number }> {
  const { blocks, bavail, bsize } = await statfs(folder);
  return { capacityBytes: blocks * bsize, availableBytes: bavail * bsize };
}

export interface NodeStatsInput {
  readonly nodeName: string;
  readonly runtime: Runtime;
  readonly folder: string;
  readonly now: number;
  readonly startTime: number;
}

export async function readNodeUsage({ runtime, now }: Pick<NodeStatsInput, "runtime" | "now">): Promise<NodeUsage> {
  const [containers, memoryTotalBytes, memoryAvailableBytes] = await Promise.all([
    runtime.containerStats(),
    memoryBytes(),
    availableMemory(),
  ]);
  return { time: now, cpuCoreNanoseconds: machineCpuNanoseconds(), memoryTotalBytes, memoryAvailableBytes, containers };
}

export async function readNodeStats({ nodeName, runtime, folder, now, startTime }: NodeStatsInput): Promise<NodeStats> {
  const [usage, sandboxes, images, disk] = await Promise.all([
    readNodeUsage({ runtime, now }),
    // Releases of containerd before 1.7 do not count sandboxes on every hierarchy; containers tell enough then.
    runtime.sandboxStats().catch((): SandboxStats[] => []),
    runtime.images.usage(),
    diskUsage(folder),
  ]);
  return { ...usage, nodeName, startTime, disk, imageBytes: images.usedBytes, sandboxes };
}
