/**
 * The folder of a cluster that runs in this process, with its keys. Who owns it is in its name, so that the next start can remove what a process
 * left that was killed.
 */
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { identify, isAlive } from "./state.ts";

const form = /^kubets-(\d+)\.(\d+)\.(\d+)-[A-Za-z0-9]{6}$/;

/** Makes one, for its owner alone. */
export function makeOwnFolder(): string {
  removeAbandoned();
  const { pid, startTicks } = identify(process.pid);
  return mkdtempSync(join(tmpdir(), `kubets-${pid}.${startTicks}.${thisPlace()}-`));
}

/** Containers, and machines, may share a folder of temporary files: nothing is known here of the processes of another. */
function thisPlace(): string {
  return String(crc32(`${hostname()} ${pidNamespace()}`));
}

/** The same on all machines outside of containers. */
function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return ""; // Not Linux.
  }
}

/** A folder of temporary files that one may write to but not list is none to look into. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function removeAbandoned(): void {
  const here = thisPlace();
  for (const name of namesIn(tmpdir())) {
    const [, pid, startTicks, place] = form.exec(name) ?? [];
    if (place === here && !isAlive({ pid: Number(pid), startTicks: Number(startTicks) }))
      removeIfOwn(join(tmpdir(), name));
  }
}

function removeIfOwn(path: string): void {
  try {
    const found = lstatSync(path);
    const isOwn = process.getuid === undefined || found.uid === process.getuid();
    if (found.isDirectory() && isOwn) rmSync(path, { recursive: true, force: true });
  } catch {
    // Another start removes it as well.
  }
}
