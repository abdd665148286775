/** Where a cluster keeps its files. Two roots: what outlives a reboot (`data`) and what does not (`run`, short paths for sockets). */
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { explain } from "./errors.ts";

const isRoot = process.getuid?.() === 0;

/** Folder of every cluster's run-time files; its sub-folders are the clusters that exist. Unix socket paths end at 107 bytes. */
export function runRoot(): string {
  if (process.env["KUBETS_RUN"]) return process.env["KUBETS_RUN"];
  if (isRoot) return "/run/kubets";
  return join(process.env["XDG_RUNTIME_DIR"] ?? join(tmpdir(), `kubets-${userInfo().username}`), "kubets");
}

function dataRoot(): string {
  if (isRoot) return "/var/lib/kubets";
  return join(process.env["XDG_DATA_HOME"] ?? join(homedir(), ".local", "share"), "kubets");
}

export function defaultDataFolder(name: string): string {
  return join(dataRoot(), name);
}

/** Names of clusters that have their data in a folder below this one, whether they run or not. */
export function clustersWithData(root = dataRoot()): string[] {
  if (!isFolder(root)) return [];
  return readdirSync(root).filter((name) => existsSync(clusterPaths(name, join(root, name)).pki));
}

export interface NodePaths {
  readonly data: string;
  readonly run: string;
  readonly containerdRoot: string;
  readonly containerdState: string;
  readonly containerdConfig: string;
  readonly containerdSocket: string;
  /** States of crun and of runc, each in a folder of its own; their own defaults are folders that all containerds of a machine share. */
  readonly ociState: string;
  /** Programs that Kubets writes for containerd; as `cniPrograms` not in the run folder. */
  readonly ociPrograms: string;
  /** What containers begin with. */
  readonly ociSpec: string;
  readonly cniConfig: string;
  /** Plugins; not in the run folder, on whose file system programs may be forbidden. */
  readonly cniPrograms: string;
  /** Addresses of pods in use. */
  readonly cniData: string;
  readonly agentRoot: string;
}

export interface ClusterPaths {
  readonly data: string;
  readonly run: string;
  /** A link that says which process has the data folder. */
  readonly owner: string;
  readonly pki: string;
  readonly store: string;
  readonly state: string;
  readonly control: string;
  readonly logs: string;
  log(role: string): string;
  node(name: string): NodePaths;
}

export function clusterPaths(name: string, data: string): ClusterPaths {
  const run = join(runRoot(), name);
  return {
    data,
    run,
    owner: join(data, "owner"),
    pki: join(data, "pki"),
    store: join(data, "store"),
    state: join(run, "state.json"),
    control: join(run, "control.sock"),
    logs: join(data, "logs"),
    log: (role) => join(data, "logs", `${role}.log`),
    node: (node) => nodePaths(join(data, "nodes", node), join(run, node)),
  };
}

function nodePaths(data: string, run: string): NodePaths {
  return {
    data,
    run,
    containerdRoot: join(data, "containerd"),
    containerdState: join(run, "containerd"),
    containerdConfig: join(run, "containerd.toml"),
    containerdSocket: join(run, "containerd.sock"),
    ociState: join(run, "oci"),
    ociSpec: join(run, "oci-spec.json"),
    ociPrograms: join(data, "oci-programs"),
    cniConfig: join(run, "cni"),
    cniPrograms: join(data, "cni-programs"),
    cniData: join(data, "cni"),
    agentRoot: join(data, "agent"),
  };
}

/**
 * Makes a folder that only its owner may enter, and those above it; answers the topmost that was made. Step by step: Node's own recursion
 * never ends where the system knows no such place, as in /proc.
 */
export function makeFolder(folder: string): string | undefined {
  if (isFolder(folder)) return undefined;
  const made = makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another cluster, started at the same time, may have made it.
    if (!isFolder(folder)) throw error;
  }
  return made ?? folder;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Throws `ClusterError` with one sentence where a folder cannot be made. */
export function makeFolders(...folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      makeFolder(folder);
    } catch (error) {
      throw explain(error, folder);
    }
  }
}
