/** Mounts of this machine: made and undone with the system's `mount` and `umount`, read from the kernel's table. */
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { messageOf, NodeError } from "../runtime/errors.ts";

const run = promisify(execFile);

/** Spaces and the like stand in the table as octal escapes. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Mount points in the table's order: a later one covers an earlier. */
export function parseMountPoints(mountInfo: string): string[] {
  return mountInfo.split("\n").flatMap((line) => {
    const path = line.split(" ")[4];
    return path === undefined ? [] : [unescapePath(path)];
  });
}

async function mountPoints(): Promise<string[]> {
  return parseMountPoints(await readFile("/proc/self/mountinfo", "utf8"));
}

export async function isMountPoint(path: string): Promise<boolean> {
  return (await mountPoints()).includes(path);
}

async function command(program: string, parameters: readonly string[]): Promise<void> {
  await run(program, [...parameters]).catch((error: unknown) => {
    throw new NodeError("volume", `${program} failed: ${messageOf(error)}`);
  });
}

/** A file system in memory. `sizeBytes` absent: half of the machine's memory, the kernel's own limit. */
export async function mountMemory(path: string, sizeBytes: number | undefined): Promise<void> {
  const options = sizeBytes === undefined ? [] : ["-o", `size=${sizeBytes}`];
  await command("mount", ["-t", "tmpfs", ...options, "tmpfs", path]);
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Undoes every mount at or under `folder`, the newest first. */
async function unmountUnder(folder: string): Promise<void> {
  const points = (await mountPoints()).filter((path) => isUnder(path, folder)).reverse();
  for (const point of points) await command("umount", [point]);
}

/**
 * Removes a folder and everything in it. Mounts in it are undone first, and where one is left nothing is removed: it may be a folder of the
 * host that a pod was given.
 */
export async function removeFolder(folder: string): Promise<void> {
  await unmountUnder(folder);
  const left = (await mountPoints()).filter((path) => isUnder(path, folder));
  if (left.length > 0) throw new NodeError("volume", `${folder} is not removed: ${left[0]} is still mounted`);
  await rm(folder, { recursive: true, force: true });
}
