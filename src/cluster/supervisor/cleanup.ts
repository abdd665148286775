/** Removes everything that a cluster's nodes leave on the machine: container processes, mounts, cgroups. Safe to run twice. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fabricProcesses } from "../../network/fabric/mod.ts";
import { identify, isAlive, type ProcessIdentity } from "../state.ts";

const cgroupRoot = "/sys/fs/cgroup";

/** The cluster's folder in each cgroup hierarchy; the node agents put everything below it. */
export const cgroupParent = (cluster: string): string => `/kubets-${cluster}`;

function cgroupFolders(cluster: string): string[] {
  if (!existsSync(cgroupRoot)) return [];
  const hierarchies = [cgroupRoot, ...readdirSync(cgroupRoot).map((name) => join(cgroupRoot, name))];
  return hierarchies.map((folder) => join(folder, cgroupParent(cluster))).filter(existsSync);
}

/** Sub-folders first, so that each can be removed. */
function deepestFirst(folder: string): string[] {
  const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...children.flatMap((entry) => deepestFirst(join(folder, entry.name))), folder];
}

function cgroupProcesses(cluster: string): number[] {
  const folders = cgroupFolders(cluster).flatMap(deepestFirst);
  const pids = folders.flatMap((folder) => readLines(join(folder, "cgroup.procs")).map(Number));
  return [...new Set(pids)];
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}

/** Programs that name a file of the cluster's run folder: its own processes, and the shims, which outlive their containerd. */
function processesNaming(run: string, programs: readonly string[]): number[] {
  if (!existsSync("/proc/self/stat")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      const [program = "", ...words] = readLines(`/proc/${pid}/cmdline`).join("\n").split("\0");
      return programs.includes(basename(program)) && words.some((word) => word.startsWith(`${run}/`));
    })
    .map(Number);
}

const managers = [basename(process.execPath), "containerd"];
const runners = ["containerd-shim-runc-v2", "crun", "runc"];

/** What a supervisor started and had no time to write down: control plane, agents and containerds, not what runs containers. */
export const strayManagers = (run: string): ProcessIdentity[] => processesNaming(run, managers).map(identify);

/** Ends processes and resolves when they are gone; gives up after `timeoutMs` and says which remain. */
export async function endProcesses(
  processes: readonly ProcessIdentity[],
  signal: NodeJS.Signals,
  timeoutMs: number,
): Promise<ProcessIdentity[]> {
  for (const one of processes.filter(isAlive)) {
    try {
      process.kill(one.pid, signal);
    } catch {
      // It ended between the look and the call.
    }
  }
  return untilGone(processes, timeoutMs);
}

/** Waits for them without a signal; says which remain. */
export async function untilGone(processes: readonly ProcessIdentity[], timeoutMs: number): Promise<ProcessIdentity[]> {
  const until = performance.now() + timeoutMs;
  while (processes.some(isAlive) && performance.now() < until) await delay(5);
  return processes.filter(isAlive);
}

/** Mount points below a folder, the innermost first. */
function mountsBelow(folder: string): string[] {
  const points = readLines("/proc/self/mountinfo").map((line) => decodeOctal(line.split(" ")[4]!));
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`)).reverse();
}

/** mountinfo writes spaces and backslashes as three octal digits. */
const decodeOctal = (text: string) =>
  text.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

function unmount(point: string): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn("umount", ["-l", "--", point], { stdio: "ignore" });
    child.on("error", () => resolve());
    child.on("close", () => resolve());
  });
}

async function unmountBelow(folders: readonly string[]): Promise<void> {
  // Shared mounts can appear twice: look again until a pass finds nothing.
  for (let pass = 0; pass < 10; pass++) {
    const points = folders.flatMap(mountsBelow);
    if (points.length === 0) return;
    for (const point of points) await unmount(point);
  }
}

async function removeCgroups(cluster: string): Promise<void> {
  const until = performance.now() + 5000;
  for (
    let folders = cgroupFolders(cluster);
    folders.length > 0 && performance.now() < until;
    folders = cgroupFolders(cluster)
  ) {
    for (const folder of folders.flatMap(deepestFirst)) {
      try {
        rmdirSync(folder);
      } catch {
        // Busy while its last process is being reaped: the next pass takes it.
      }
    }
    if (cgroupFolders(cluster).length > 0) await delay(20);
  }
}

/** Again and again, because what is being started may appear behind the look; gives up after a while. */
async function endAll(find: () => Promise<readonly number[]> | readonly number[]): Promise<void> {
  const until = performance.now() + 10_000;
  for (let found = await find(); found.length > 0 && performance.now() < until; found = await find())
    await endProcesses(found.map(identify), "SIGKILL", 5000);
}

/** Ends every container of the cluster and removes its mounts and cgroups; its files stay. */
export async function removeContainers(cluster: string, run: string, data: string): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return;
  // Shims first: a shim that sees its container die would write about it.
  await endAll(async () => [...processesNaming(run, runners), ...(await fabricProcesses(cluster))]);
  await endAll(() => cgroupProcesses(cluster));
  await unmountBelow([run, data].filter((folder) => existsSync(folder) && statSync(folder).isDirectory()));
  await removeCgroups(cluster);
}
