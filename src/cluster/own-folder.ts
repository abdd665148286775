/**
 * The folder of a cluster that runs in this process, with its keys. Who owns it is in its name, so that the next start can remove what a process
 * left that was killed.
 */
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identify, isAlive } from "./state.ts";

const form = /^kubets-(\d+)\.(\d+)\.(\d+)-[A-Za-z0-9]{6}$/;

/** Makes one, for its owner alone. */
export function makeOwnFolder(): string {
  removeAbandoned();
  const { pid, startTicks } = identify(process.pid);
  return mkdtempSync(join(tmpdir(), `kubets-${pid}.${startTicks}.${pidNamespace()}-`));
}

/** Containers may share a folder of temporary files: nothing is known here of the processes of another. */
function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0"; // Not Linux.
  }
}

function removeAbandoned(): void {
  const here = pidNamespace();
  for (const name of readdirSync(tmpdir())) {
    const [, pid, startTicks, namespace] = form.exec(name) ?? [];
    if (namespace === here && !isAlive({ pid: Number(pid), startTicks: Number(startTicks) }))
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
