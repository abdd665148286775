/** What the node's pods use now, as the runtime and the machine tell it. */
import { readFile, statfs } from "node:fs/promises";
import { cpus } from "node:os";
import type { ContainerStats, Runtime, SandboxStats } from "../runtime/contract.ts";
import { memoryBytes } from "../status/machine.ts";

export interface NodeStats {
  readonly nodeName: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly startTime: number;
  /** Of the whole machine. */
  readonly cpuCoreNanoseconds: number;
  readonly memoryTotalBytes: number;
  readonly memoryAvailableBytes: number;
  readonly disk: { readonly capacityBytes: number; readonly availableBytes: number };
  readonly imageBytes: number;
  readonly containers: readonly ContainerStats[];
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

export async function readNodeStats({ nodeName, runtime, folder, now, startTime }: NodeStatsInput): Promise<NodeStats> {
  const [containers, sandboxes, images, memoryTotalBytes, memoryAvailableBytes, disk] = await Promise.all([
    runtime.containerStats(),
    // Releases of containerd before 1.7 do not count sandboxes on every hierarchy; containers tell enough then.
    runtime.sandboxStats().catch((): SandboxStats[] => []),
    runtime.images.usage(),
    memoryBytes(),
    availableMemory(),
    diskUsage(folder),
  ]);
  return {
    nodeName,
    time: now,
    startTime,
    cpuCoreNanoseconds: machineCpuNanoseconds(),
    memoryTotalBytes,
    memoryAvailableBytes,
    disk,
    imageBytes: images.usedBytes,
    containers,
    sandboxes,
  };
}
