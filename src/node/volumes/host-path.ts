/** A path of the node itself. */
import type { Stats } from "node:fs";
import { chmod, mkdir, open, stat } from "node:fs/promises";
import type { corev1 } from "../../api/mod.ts";
import { NodeError } from "../runtime/errors.ts";

const checks: Readonly<Record<string, { readonly what: string; readonly holds: (stats: Stats) => boolean }>> = {
  Directory: { what: "a directory", holds: (stats) => stats.isDirectory() },
  DirectoryOrCreate: { what: "a directory", holds: (stats) => stats.isDirectory() },
  File: { what: "a file", holds: (stats) => stats.isFile() },
  FileOrCreate: { what: "a file", holds: (stats) => stats.isFile() },
  Socket: { what: "a socket file", holds: (stats) => stats.isSocket() },
  CharDevice: { what: "a character device", holds: (stats) => stats.isCharacterDevice() },
  BlockDevice: { what: "a block device", holds: (stats) => stats.isBlockDevice() },
};

async function create(path: string, type: string): Promise<void> {
  if (type === "DirectoryOrCreate") {
    await mkdir(path, { recursive: true, mode: 0o755 });
    await chmod(path, 0o755);
  } else if (type === "FileOrCreate") await (await open(path, "a", 0o644)).close();
}

/** Answers the path when it is what the volume says. */
export async function setUpHostPath({ path, type }: corev1.HostPathVolumeSource): Promise<string> {
  const check = type ? checks[type] : undefined;
  // Without a type anything will do; the runtime makes a folder where there is nothing.
  if (check === undefined) return path;
  const present = await stat(path).catch(() => undefined);
  if (present === undefined) await create(path, type!);
  const now = present ?? (await stat(path).catch(() => undefined));
  if (now === undefined || !check.holds(now)) {
    throw new NodeError("volume", `hostPath type check failed: ${path} is not ${check.what}`);
  }
  return path;
}
