/**
 * Writes a set of files so that a reader sees the old set or the new one, never a mixture: the files stand in a folder of their own, and one
 * symbolic link, `..data`, is turned from the old folder to the new. Names that readers open are links through it.
 *
 * Without waiting: the files are small and lie in memory, where a step takes less than to hand it to another thread and back.
 */
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { chmod, chown, lstat, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { NodeError } from "../runtime/errors.ts";

export interface PayloadFile {
  readonly data: Uint8Array;
  readonly mode: number;
  /** Owner where it is not root. */
  readonly user?: number;
}

/** By path relative to the volume. */
export type Payload = ReadonlyMap<string, PayloadFile>;

const dataLink = "..data";
const temporaryLink = "..data_tmp";

function checkPath(path: string): void {
  const parts = path.split("/");
  const bad =
    path === "" || path.startsWith("/") || path.startsWith("..") || parts.includes("..") || parts.includes("");
  if (bad) throw new NodeError("volume", `invalid path "${path}" in a volume`);
}

function writeFiles(folder: string, payload: Payload, group: number | undefined): void {
  for (const [path, { data, mode, user }] of payload) {
    const file = join(folder, path);
    makeFolders(folder, dirname(path), group);
    writeFileSync(file, data, { mode: 0o600, flag: "wx" });
    // The mode given on creation is cut by the process's mask; the one asked for is not.
    if (user !== undefined || group !== undefined) chownSync(file, user ?? 0, group ?? 0);
    chmodSync(file, group === undefined ? mode : mode | 0o440);
  }
}

function makeFolders(root: string, path: string, group: number | undefined): void {
  if (path === ".") return;
  makeFolders(root, dirname(path), group);
  const folder = join(root, path);
  mkdirSync(folder, { mode: 0o755, recursive: true });
  chmodSync(folder, 0o755);
  if (group !== undefined) chownSync(folder, 0, group);
}

function stamp(): string {
  return new Date().toISOString().replace(/[-:T]/g, "_").replace("Z", ".");
}

/** Links at the top of the volume; those whose file is gone are removed. */
function linkNames(volume: string, payload: Payload): void {
  const wanted = new Set([...payload.keys()].map((path) => path.split("/")[0]!));
  const present = readdirSync(volume).filter((name) => !name.startsWith(".."));
  for (const name of present) if (!wanted.has(name)) rmSync(join(volume, name), { recursive: true });
  for (const name of wanted) if (!present.includes(name)) symlinkSync(join(dataLink, name), join(volume, name));
}

/** Of a symbolic link that may be missing. */
function linkTarget(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}

/** Replaces the volume's content. `group` owns everything where the pod has an fsGroup. Throws where that cannot be done. */
export function writeAtomically(volume: string, payload: Payload, group?: number): void {
  for (const path of payload.keys()) checkPath(path);
  const folder = mkdtempSync(join(volume, `..${stamp()}`));
  chmodSync(folder, 0o755);
  writeFiles(folder, payload, group);
  const before = linkTarget(join(volume, dataLink));
  rmSync(join(volume, temporaryLink), { force: true });
  symlinkSync(folder.slice(volume.length + 1), join(volume, temporaryLink));
  renameSync(join(volume, temporaryLink), join(volume, dataLink));
  linkNames(volume, payload);
  if (before !== undefined) rmSync(join(volume, before), { recursive: true, force: true });
}

/** Makes the volume's folder; everybody may look into it, its files have their own modes. */
export async function makeVolumeFolder(path: string, mode: number, group?: number): Promise<void> {
  await mkdir(path, { recursive: true });
  if (group !== undefined) await chown(path, 0, group);
  // Files made by any of the pod's users belong to the group too.
  await chmod(path, group === undefined ? mode : mode | 0o2070);
}

export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
