/** Where the machine's cgroups are. */
import { readFile } from "node:fs/promises";

export interface CgroupHierarchies {
  readonly version: 1 | 2;
  /** Where each is mounted: one for version 2, one for each controller of version 1. */
  readonly mounts: readonly CgroupMount[];
}

export interface CgroupMount {
  readonly path: string;
  /** Version 1: `cpu`, `memory`; version 2: empty. */
  readonly controllers: readonly string[];
}

const knownControllers = [
  "cpu",
  "cpuacct",
  "cpuset",
  "memory",
  "devices",
  "freezer",
  "blkio",
  "pids",
  "hugetlb",
  "net_cls",
  "net_prio",
  "perf_event",
  "name=systemd",
];

/** Reads a mount table (`/proc/self/mountinfo`). */
export function parseCgroupMounts(mountInfo: string): CgroupHierarchies {
  const mounts: CgroupMount[] = [];
  let unified: string | undefined;
  for (const line of mountInfo.split("\n")) {
    const [left = "", right = ""] = line.split(" - ");
    const path = left.split(" ")[4];
    const [type, , options = ""] = right.split(" ");
    if (path === undefined) continue;
    if (type === "cgroup2") unified ??= path;
    if (type !== "cgroup") continue;
    mounts.push({ path, controllers: options.split(",").filter((option) => knownControllers.includes(option)) });
  }
  const unifiedMounts = unified === undefined ? [] : [{ path: unified, controllers: [] }];
  // Beside version 1 hierarchies a version 2 mount has no controllers of its own; runc puts processes there all the same.
  return { version: mounts.length > 0 ? 1 : 2, mounts: [...mounts, ...unifiedMounts] };
}

export async function findCgroups(): Promise<CgroupHierarchies> {
  return parseCgroupMounts(await readFile("/proc/self/mountinfo", "utf8"));
}
