/**
 * A node's run-time files in memory, also where /run lies on a disk: containerd, its shims and runc make some thirty files and folders for
 * each pod there, which on a disk cost more than anything that is in them.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, statfsSync } from "node:fs";
import type { Logger } from "pino";

/** `f_type` of tmpfs and ramfs (statfs(2)). */
const memoryTypes = [0x01021994, 0x858458f6];

export const isInMemory = (folder: string): boolean => memoryTypes.includes(statfsSync(folder).type);

/**
 * Mounts a file system of memory on an empty folder of a disk; it goes with the node's other mounts. What lies there already belongs to
 * containers that run, and stays to be seen. A machine that does not let it be mounted keeps the files where they are.
 */
export function keepInMemory(folder: string, log: Pick<Logger, "warn">): void {
  if (isInMemory(folder) || readdirSync(folder).length > 0) return;
  try {
    // No more than systemd gives all of /run.
    execFileSync("mount", ["-t", "tmpfs", "-o", "mode=0700,size=20%", "kubets", folder], { stdio: "pipe" });
  } catch (error) {
    log.warn({ err: error, folder }, "run-time files of a node stay on the disk");
  }
}
