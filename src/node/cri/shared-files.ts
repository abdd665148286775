/**
 * What containerd and its network plugins keep of a node's sandboxes in folders that all containerds of a machine share, whatever their
 * configuration says. A process that is killed leaves its part there; names tell whose it is.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const socketFolder = "/run/containerd/s";
const resultFolder = "/var/lib/cni/results";
/** In which a containerd without other business has nothing; deepest first. */
const sharedFolders = [
  ...[socketFolder, "/run/containerd/fifo", "/run/containerd/runc", "/run/containerd"],
  ...[resultFolder, "/var/lib/cni"],
];

/** Files that tell of a node's sandboxes. */
export interface SandboxTraces {
  /** containerd's root and state folders. */
  readonly root: string;
  readonly state: string;
  /** Addresses in use, as the `host-local` plugin keeps them: in a folder for each network a file for each address, with the sandbox's id. */
  readonly addresses: string;
}

/** Where the shim of a sandbox listens: containerd names it by its own socket and the sandbox. */
export function shimSocket(containerdSocket: string, sandboxId: string): string {
  const name = createHash("sha256")
    .update(join(containerdSocket, "k8s.io", sandboxId))
    .digest("hex");
  return join(socketFolder, name);
}

/** Ids of the sandboxes that containerd knows: it makes the folder when the network is there, and removes it with the sandbox. */
const sandboxFolder = ({ root }: SandboxTraces): string => join(root, "io.containerd.grpc.v1.cri", "sandboxes");
const knownSandboxes = (traces: SandboxTraces): string[] => namesIn(sandboxFolder(traces));

/** Ids of the sandboxes and containers that shims were started for. */
const startedTasks = ({ state }: SandboxTraces): string[] =>
  namesIn(join(state, "io.containerd.runtime.v2.task", "k8s.io"));

interface HeldAddress {
  readonly path: string;
  readonly sandboxId: string;
}

function heldAddresses({ addresses }: SandboxTraces): HeldAddress[] {
  return namesIn(addresses).flatMap((network) =>
    namesIn(join(addresses, network)).flatMap((name) => {
      if (!/^\d+\.\d+\.\d+\.\d+$/.test(name)) return [];
      const path = join(addresses, network, name);
      return [{ path, sandboxId: readFileSync(path, "utf8").split(/\s/)[0] ?? "" }];
    }),
  );
}

/**
 * Before a containerd begins: one that was killed while it made a sandbox has taken an address for it and forgotten it, and one that
 * names no sandbox was never wholly taken. Must not be called while it runs.
 */
export function releaseForgottenAddresses(containerdSocket: string, traces: SandboxTraces): void {
  // A release that keeps its sandboxes elsewhere must not lose the addresses of running pods.
  if (!existsSync(sandboxFolder(traces))) return;
  const known = new Set(knownSandboxes(traces));
  const forgotten = heldAddresses(traces).filter(({ sandboxId }) => !known.has(sandboxId));
  for (const { path } of forgotten) rmSync(path, { force: true });
  removeNamed(
    containerdSocket,
    forgotten.map(({ sandboxId }) => sandboxId),
  );
}

/** When none of the node's containers runs any more. */
export function removeSharedFiles(containerdSocket: string, traces: SandboxTraces): void {
  const held = heldAddresses(traces).map(({ sandboxId }) => sandboxId);
  removeNamed(containerdSocket, [...new Set([...knownSandboxes(traces), ...startedTasks(traces), ...held])]);
}

function removeNamed(containerdSocket: string, sandboxIds: readonly string[]): void {
  const named = sandboxIds.filter((id) => id !== "");
  if (named.length === 0) return;
  const results = namesIn(resultFolder);
  for (const id of named) {
    rmSync(shimSocket(containerdSocket, id), { force: true });
    for (const name of results) if (name.includes(`-${id}-`)) rmSync(join(resultFolder, name), { force: true });
  }
}

/** For the last cluster of a machine; what holds anything stays. */
export function removeEmptySharedFolders(): void {
  for (const folder of sharedFolders) {
    try {
      rmdirSync(folder);
    } catch {
      // It is not there, or somebody uses it.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
