/** What the machine says of itself: capacity and identity of the node. */
import { readFile, statfs } from "node:fs/promises";
import { arch, availableParallelism, release } from "node:os";
import type { corev1 } from "../../api/mod.ts";

export type NodeIdentity = Pick<
  corev1.NodeSystemInfo,
  "machineID" | "systemUUID" | "bootID" | "kernelVersion" | "osImage" | "operatingSystem" | "architecture"
>;

const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64", arm: "arm", ia32: "386" };
const mebibyte = 1024 * 1024;
/** Of memory the kubelet keeps this much out of pods' hands, so that the node itself does not run dry. */
const reservedMemoryBytes = 100 * mebibyte;
/** Of the disk pods get nine tenths. */
const usableDiskShare = 0.9;

export interface Capacity {
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
}

async function readText(path: string): Promise<string> {
  return (await readFile(path, "utf8").catch(() => "")).trim();
}

let memory: Promise<number> | undefined;

/** Read once: a process may have thousands of simulated nodes. */
export function memoryBytes(): Promise<number> {
  memory ??= readMemoryBytes();
  return memory;
}

let processors: number | undefined;

async function readMemoryBytes(): Promise<number> {
  const kibibytes = /^MemTotal:\s+(\d+) kB/m.exec(await readText("/proc/meminfo"))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

async function diskBytes(folder: string): Promise<number> {
  const { blocks, bsize } = await statfs(folder);
  return blocks * bsize;
}

/** `folder` is where the pods' files lie; absent: nowhere. */
export async function machineCapacity(folder: string | undefined, maximumPods: number): Promise<Capacity> {
  const [memory, disk] = await Promise.all([memoryBytes(), folder === undefined ? 0 : diskBytes(folder)]);
  // Read once, too: it takes looks at the process's control groups.
  processors ??= availableParallelism();
  const shared = { cpu: String(processors), "hugepages-2Mi": "0", pods: String(maximumPods) };
  const kibibytes = (bytes: number) => `${Math.floor(bytes / 1024)}Ki`;
  return {
    capacity: { ...shared, memory: kibibytes(memory), "ephemeral-storage": kibibytes(disk) },
    allocatable: {
      ...shared,
      memory: kibibytes(memory - reservedMemoryBytes),
      "ephemeral-storage": String(Math.floor(disk * usableDiskShare)),
    },
  };
}

async function osImage(): Promise<string> {
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(await readText("/etc/os-release"))?.[1] ?? "Linux";
}

let identity: Promise<NodeIdentity> | undefined;

/** Read once: it stays for as long as the machine runs. */
export function machineIdentity(): Promise<NodeIdentity> {
  identity ??= readIdentity();
  return identity;
}

async function readIdentity(): Promise<NodeIdentity> {
  const [machineID, systemUUID, bootID, image] = await Promise.all([
    readText("/etc/machine-id"),
    readText("/sys/class/dmi/id/product_uuid"),
    readText("/proc/sys/kernel/random/boot_id"),
    osImage(),
  ]);
  return {
    machineID,
    systemUUID: systemUUID || machineID,
    bootID,
    kernelVersion: release(),
    osImage: image,
    operatingSystem: "linux",
    architecture: architectures[arch()] ?? arch(),
  };
}
