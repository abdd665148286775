/** What is known of the clusters on this machine: one `state.json` each, written by its supervisor, read by every command. */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterOptions } from "./options.ts";
import { runRoot } from "./paths.ts";

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot at which the process started, from `/proc/PID/stat`: a pid alone may have been given to another process. */
  readonly startTicks: number;
}

/** A node with a network namespace of its own on this machine. */
export interface NodePlace {
  readonly name: string;
  /** Path of the network namespace. */
  readonly namespace: string;
  /** The node's InternalIP. */
  readonly address: string;
}

export interface ClusterState {
  readonly options: ClusterOptions;
  readonly supervisor: ProcessIdentity;
  /** Everything that the supervisor started, so that a later command can end it where the supervisor was killed. */
  readonly children: readonly (ProcessIdentity & { readonly role: string })[];
  readonly nodes: readonly NodePlace[];
  /** Kubeconfig files that carry this cluster's context. */
  readonly kubeconfigs: readonly string[];
}

/** Of a cluster that nothing is known of but its options: no process of it was written down. */
export const stateWithout = (options: ClusterOptions): ClusterState => ({
  options,
  supervisor: { pid: 0, startTicks: 0 },
  children: [],
  nodes: [],
  kubeconfigs: [],
});

const statePath = (name: string) => join(runRoot(), name, "state.json");

export function readState(name: string): ClusterState | undefined {
  const path = statePath(name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as ClusterState) : undefined;
}

export function writeState(state: ClusterState): void {
  const path = statePath(state.options.name);
  writeFileSync(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function clusterNames(): string[] {
  if (!existsSync(runRoot())) return [];
  return readdirSync(runRoot()).filter((name) => existsSync(statePath(name)));
}

/** Fields of `/proc/PID/stat` after the command name, which may itself hold spaces and brackets. */
function processStat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startTicks: Number(processStat(pid)?.[19] ?? 0) };
}

/** True where this very process still runs; a zombie does not. */
export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  if (pid <= 0) return false;
  const stat = processStat(pid);
  if (stat) return stat[0] !== "Z" && (startTicks === 0 || Number(stat[19]) === startTicks);
  if (existsSync("/proc/self/stat")) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Resident memory, bytes; 0 where the system does not say. */
export function residentBytes(pid: number): number {
  try {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(match?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
