/**
 * Writes a set of files so that a reader sees the old set or the new one, never a mixture: the files stand in a folder of their own, and one
 * symbolic link, `..data`, is turned from the old folder to the new. Names that readers open are links through it.
 */
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
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

async function writeFiles(folder: string, payload: Payload, group: number | undefined): Promise<void> {
  for (const [path, { data, mode, user }] of payload) {
    const file = join(folder, path);
    await makeFolders(folder, dirname(path), group);
    await writeFile(file, data, { mode: 0o600, flag: "wx" });
    // The mode given on creation is cut by the process's mask; the one asked for is not.
    if (user !== undefined || group !== undefined) await chown(file, user ?? 0, group ?? 0);
    await chmod(file, group === undefined ? mode : mode | 0o440);
  }
}

async function makeFolders(root: string, path: string, group: number | undefined): Promise<void> {
  if (path === ".") return;
  await makeFolders(root, dirname(path), group);
  const folder = join(root, path);
  await mkdir(folder, { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await chmod(folder, 0o755);
  if (group !== undefined) await chown(folder, 0, group);
}

function stamp(): string {
  return new Date().toISOString().replace(/[-:T]/g, "_").replace("Z", ".");
}

/** Links at the top of the volume; those whose file is gone are removed. */
async function linkNames(volume: string, payload: Payload): Promise<void> {
  const wanted = new Set([...payload.keys()].map((path) => path.split("/")[0]!));
  const present = (await readdir(volume)).filter((name) => !name.startsWith(".."));
  for (const name of present) if (!wanted.has(name)) await rm(join(volume, name), { recursive: true });
  for (const name of wanted) if (!present.includes(name)) await symlink(join(dataLink, name), join(volume, name));
}

/** Replaces the volume's content. `group` owns everything where the pod has an fsGroup. */
export async function writeAtomically(volume: string, payload: Payload, group?: number): Promise<void> {
  for (const path of payload.keys()) checkPath(path);
  const folder = await mkdtemp(join(volume, `..${stamp()}`));
  await chmod(folder, 0o755);
  await writeFiles(folder, payload, group);
  const before = await readlink(join(volume, dataLink)).catch(() => undefined);
  await rm(join(volume, temporaryLink), { force: true });
  await symlink(folder.slice(volume.length + 1), join(volume, temporaryLink));
  await rename(join(volume, temporaryLink), join(volume, dataLink));
  await linkNames(volume, payload);
  if (before !== undefined) await rm(join(volume, before), { recursive: true, force: true });
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
