/**
 * A part of a volume, mounted safely. What lies in a volume is written by containers, which may put a symbolic link to the node's own files
 * where a sub-path is to be, or swap one in between a check and the mount. So the place is opened first, the open file is checked to lie in
 * the volume, and it is the open file, not its name, that is mounted.
 */
import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readlink, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { NodeError } from "../runtime/errors.ts";
import { isMountPoint } from "./mount-table.ts";

export interface SubPathInput {
  /** The volume's path on the node. */
  readonly volume: string;
  /** Relative, without `..`. */
  readonly subPath: string;
  /** Where the part is bound on the node, for the runtime to mount. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** Linux's `O_PATH`: names a file without opening it for reading. Node does not export it. */
const openPath = 0o10000000;

function checkSubPath(subPath: string): void {
  const parts = subPath.split("/");
  if (subPath.startsWith("/") || parts.includes("..")) {
    throw new NodeError("create-config", `subPath "${subPath}" must be a relative path without ".."`);
  }
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

/** Makes missing folders one by one, never through a link that leads out of the volume. */
async function makeMissing(root: string, subPath: string): Promise<void> {
  let folder = root;
  const { mode } = await stat(root);
  for (const part of subPath.split("/").filter(Boolean)) {
    const next = join(folder, part);
    const present = await lstat(next).catch(() => undefined);
    if (present === undefined) await mkdir(next, { mode: mode & 0o777 });
    folder = await realpath(next);
    if (!isWithin(folder, root)) throw outside(subPath);
  }
}

function outside(subPath: string): NodeError {
  return new NodeError("create-config", `failed to prepare subPath "${subPath}": it leads outside of the volume`);
}

async function openWithin(root: string, subPath: string): Promise<FileHandle> {
  const handle = await open(join(root, subPath), openPath | constants.O_RDONLY);
  const actual = await readlink(`/proc/self/fd/${handle.fd}`);
  if (isWithin(actual, root)) return handle;
  await handle.close();
  throw outside(subPath);
}

/** The open file is the child's descriptor 3. */
function bindOpenFile(handle: FileHandle, target: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("mount", ["--bind", "/proc/self/fd/3", target], {
      stdio: ["ignore", "ignore", "pipe", handle.fd],
    });
    const errors: Buffer[] = [];
    child.stderr!.on("data", (part: Buffer) => errors.push(part));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) return resolve();
      reject(new NodeError("create-config", `failed to mount a subPath: ${Buffer.concat(errors).toString().trim()}`));
    });
  });
}

async function makeTarget(target: string, isFolder: boolean): Promise<void> {
  await mkdir(isFolder ? target : dirname(target), { recursive: true });
  if (!isFolder) await writeFile(target, "", { flag: "a" });
}

/** Binds the part to `target` and answers it. Safe to call again. */
export async function bindSubPath({ volume, subPath, target, readOnly }: SubPathInput): Promise<string> {
  checkSubPath(subPath);
  if (await isMountPoint(target)) return target;
  const root = await realpath(volume);
  if (!readOnly) await makeMissing(root, subPath);
  const handle = await openWithin(root, subPath);
  try {
    await makeTarget(target, (await stat(`/proc/self/fd/${handle.fd}`)).isDirectory());
    await bindOpenFile(handle, target);
  } finally {
    await handle.close();
  }
  return target;
}
