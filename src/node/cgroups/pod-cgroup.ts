/** The cgroups of pods: made with the pod's limits before its sandbox, removed after it. Version 1 and version 2 hierarchies. */
import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { corev1 } from "../../api/mod.ts";
import { type CgroupHierarchies, type CgroupMount, findCgroups } from "./hierarchies.ts";
import { qualityOfService } from "./quality-of-service.ts";
import { type PodLimits, podLimits } from "./resources.ts";

/** The kernel takes a moment to end a process. */
const endPauseMs = 10;
const endTries = 100;

/** `/kubets/node-1/kubepods/burstable/pod<uid>`: what CRI calls the sandbox's cgroup parent. */
export function podCgroup(cgroupRoot: string, pod: corev1.Pod): string {
  const classOfService = qualityOfService(pod).toLowerCase();
  const folder = classOfService === "guaranteed" ? [] : [classOfService];
  return ["", ...cgroupRoot.split("/").filter(Boolean), "kubepods", ...folder, `pod${pod.metadata.uid}`].join("/");
}

/** File and value for each limit. Version 2 counts weights from 1 to 10,000 where version 1 counts shares from 2 to 262,144. */
export function limitFiles(limits: PodLimits, version: 1 | 2): Record<string, Record<string, string>> {
  const { cpuShares, cpuPeriodMicroseconds: period, cpuQuotaMicroseconds: quota, memoryLimitBytes: memory } = limits;
  if (version === 2) {
    const weight = Math.max(1, 1 + Math.floor(((cpuShares - 2) * 9999) / 262_142));
    return {
      "": {
        "cpu.weight": String(weight),
        "cpu.max": `${quota ?? "max"} ${period}`,
        "memory.max": String(memory ?? "max"),
      },
    };
  }
  return {
    cpu: {
      "cpu.shares": String(cpuShares),
      "cpu.cfs_period_us": String(period),
      "cpu.cfs_quota_us": String(quota ?? -1),
    },
    memory: { "memory.limit_in_bytes": String(memory ?? -1) },
  };
}

/** Children have a controller only where each ancestor passes it on. */
async function enableControllers(mount: string, path: string): Promise<void> {
  const names = path.split("/").filter(Boolean);
  for (let depth = 0; depth < names.length; depth++) {
    const folder = join(mount, ...names.slice(0, depth));
    for (const controller of ["cpu", "memory", "pids", "cpuset", "io"]) {
      await writeFile(join(folder, "cgroup.subtree_control"), `+${controller}`).catch(() => {});
    }
  }
}

/** The kernel answers at once: nothing is handed to another thread. */
function readSetting(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "?";
  }
}

/**
 * A new child of a version 1 cpuset has no processors until it is given its parent's. From the folder up, because those above mostly have
 * theirs; answers what the folder has then.
 */
async function inheritCpuset(mount: string, folder: string, file: string): Promise<string> {
  const present = readSetting(join(folder, file));
  if (present !== "" || folder === mount) return present;
  const inherited = await inheritCpuset(mount, dirname(folder), file);
  await writeFile(join(folder, file), inherited);
  return inherited;
}

/** What a new cgroup has without being told. */
const untold: Readonly<Record<string, string>> = {
  "cpu.cfs_period_us": "100000",
  "cpu.cfs_quota_us": "-1",
  "memory.limit_in_bytes": "-1",
  "cpu.max": "max 100000",
  "memory.max": "max",
};

export class PodCgroups {
  readonly hierarchies: CgroupHierarchies;
  readonly #root: string;

  constructor(hierarchies: CgroupHierarchies, cgroupRoot: string) {
    this.hierarchies = hierarchies;
    this.#root = cgroupRoot;
  }

  /** Makes the pod's cgroup with its limits; answers its path. Safe to call again. */
  ensure(pod: corev1.Pod): Promise<string> {
    return this.#write(pod, podLimits(pod));
  }

  /** Takes the pod's quota and memory limit away, while those of its containers change. */
  async loosen(pod: corev1.Pod): Promise<void> {
    const { cpuShares, cpuPeriodMicroseconds } = podLimits(pod);
    await this.#write(pod, { cpuShares, cpuPeriodMicroseconds });
  }

  async #write(pod: corev1.Pod, limits: PodLimits): Promise<string> {
    const path = podCgroup(this.#root, pod);
    const files = limitFiles(limits, this.hierarchies.version);
    await Promise.all(this.hierarchies.mounts.map((mount) => this.#make(mount, path, files)));
    return path;
  }

  async #make(mount: CgroupMount, path: string, files: Record<string, Record<string, string>>): Promise<void> {
    const folder = join(mount.path, path);
    const isNew = (await mkdir(folder, { recursive: true })) !== undefined;
    if (this.hierarchies.version === 2) await enableControllers(mount.path, path);
    if (mount.controllers.includes("cpuset")) {
      for (const file of ["cpuset.cpus", "cpuset.mems"]) await inheritCpuset(mount.path, folder, file);
    }
    const keys = this.hierarchies.version === 2 ? [""] : mount.controllers;
    for (const [file, value] of keys.flatMap((key) => Object.entries(files[key] ?? {}))) {
      if (!isNew || untold[file] !== value) await writeFile(join(folder, file), value);
    }
  }

  /** Removes the pod's cgroup and what lies in it, processes that the runtime has lost sight of among it. */
  async remove(pod: corev1.Pod): Promise<void> {
    const path = podCgroup(this.#root, pod);
    await Promise.all(this.hierarchies.mounts.map((mount) => endAndRemove(join(mount.path, path))));
  }

  /** The same for all pods but those with these uids. All are tried; rejects where one could not be removed. */
  async removeOthers(isKnown: (uid: string) => boolean): Promise<void> {
    const folders = this.hierarchies.mounts.flatMap(({ path }) =>
      ["", "besteffort", "burstable"].map((classOfService) => join(path, this.#root, "kubepods", classOfService)),
    );
    const removeIn = async (folder: string) => {
      const names = await readdir(folder).catch(() => []);
      const others = names.filter((name) => name.startsWith("pod") && !isKnown(name.slice(3)));
      await Promise.all(others.map((name) => endAndRemove(join(folder, name))));
    };
    await Promise.all(folders.map(removeIn));
  }
}

/** Removes a node's cgroups from every hierarchy: what is left when its agent and containers are gone. */
export async function removeCgroups(cgroupRoot: string): Promise<void> {
  const { mounts } = await findCgroups();
  await Promise.all(mounts.map(({ path }) => removeTree(join(path, cgroupRoot))));
}

/**
 * A runtime that is killed while it makes a container knows nothing of it afterwards, and its process runs on. The folder is one pod's: of a
 * folder above it everybody would be ended.
 */
async function endAndRemove(podFolder: string): Promise<void> {
  for (let left = endTries; ; left--) {
    try {
      return await removeTree(podFolder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EBUSY" || left === 0) throw error;
    }
    for (const pid of await processesIn(podFolder)) endProcess(pid);
    await delay(endPauseMs);
  }
}

/** What lies in another namespace of processes has the id 0 here. */
async function processesIn(folder: string): Promise<number[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const lists = files.filter((file) => basename(file) === "cgroup.procs").map((file) => join(folder, file));
  const texts = await Promise.all(lists.map((file) => readFile(file, "utf8").catch(() => "")));
  return texts.flatMap((text) => text.split("\n").map(Number)).filter((pid) => pid > 0);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** A cgroup's folder is removed by removing the folders in it; its files go with it. */
async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}
