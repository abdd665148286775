/** What of a cluster is on this machine, wherever a cluster can leave something: for a look before and after `kubets down`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

function lines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n").filter(Boolean);
  } catch {
    return []; // A process that ended meanwhile.
  }
}

/** The cluster's folder in each cgroup hierarchy; with version 2 there is one. */
function cgroupFolders(cluster: string): string[] {
  const root = "/sys/fs/cgroup";
  const hierarchies = existsSync(root) ? [root, ...readdirSync(root).map((name) => join(root, name))] : [];
  return hierarchies.map((folder) => join(folder, `kubets-${cluster}`)).filter(existsSync);
}

/** The folder and all below it; one that goes meanwhile is left out. */
function foldersFrom(folder: string): string[] {
  try {
    const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [folder, ...inner.flatMap(({ name }) => foldersFrom(join(folder, name)))];
  } catch {
    return [];
  }
}

/** Processes in the cluster's containers, pause processes among them, in order. */
export function containerProcesses(cluster: string): number[] {
  const folders = cgroupFolders(cluster).flatMap(foldersFrom);
  const found = folders.flatMap((folder) => lines(join(folder, "cgroup.procs")).map(Number));
  return [...new Set(found)].sort((a, b) => a - b);
}

/** Processes that name the cluster's folders, its shims among them. */
export function namingProcesses(cluster: string, data: string): number[] {
  const words = [`/kubets/${cluster}/`, data];
  const names = (pid: string) => words.some((word) => lines(`/proc/${pid}/cmdline`).join("\n").includes(word));
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && names(name))
    .map(Number);
}

const namesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];

/**
 * What the cluster's containers have now in folders that every containerd of the machine shares: sockets of shims, states of runc, networks
 * of pods.
 */
export function sharedFiles(cluster: string, data: string): readonly string[] {
  const nodes = namesIn(join("/run/kubets", cluster));
  const bundles = nodes.flatMap((node) => namesIn(join(node, "containerd/io.containerd.runtime.v2.task/k8s.io")));
  const candidates = bundles.flatMap((bundle) => [
    ...lines(join(bundle, "address")).map((address) => address.replace("unix://", "")),
    join("/run/containerd/runc/k8s.io", basename(bundle)),
  ]);
  return [...new Set(candidates)].filter(existsSync).concat(networkResults(data));
}

/** What CNI remembers of the pods whose addresses come from the cluster's data folder, their loopback's too. */
function networkResults(data: string): string[] {
  const results = namesIn("/var/lib/cni/results");
  const ids = results.flatMap((path) => {
    const [text = ""] = lines(path);
    const [config = "", containerId] = [/"config":"([^"]*)"/, /"containerId":"([^"]*)"/].map(
      (one) => one.exec(text)?.[1],
    );
    return Buffer.from(config, "base64").includes(data) && containerId ? [containerId] : [];
  });
  return results.filter((path) => ids.some((id) => path.includes(id)));
}

export interface Remains {
  readonly processes: readonly number[];
  readonly mounts: readonly string[];
  readonly networkNamespaces: readonly string[];
  readonly cgroups: readonly string[];
  readonly files: readonly string[];
}

export const nothing: Remains = { processes: [], mounts: [], networkNamespaces: [], cgroups: [], files: [] };

export function remainsOf(cluster: string, data: string): Remains {
  const files = [join("/run/kubets", cluster), data];
  return {
    processes: [...new Set([...containerProcesses(cluster), ...namingProcesses(cluster, data)])],
    mounts: lines("/proc/mounts").filter((line) => files.some((folder) => line.includes(folder))),
    networkNamespaces: namesIn("/run/netns").filter((path) => path.includes(`/kubets-${cluster}-`)),
    cgroups: cgroupFolders(cluster),
    files: files.filter(existsSync),
  };
}
