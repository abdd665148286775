/**
 * Keeps what starts have kept for later ones from growing without end: Node's compile cache has a file for each module at each path of each
 * version, and forgets none of them. What was used last stays.
 */
import { lstat, readdir, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { getCompileCacheDir } from "node:module";
import { basename, dirname, join } from "node:path";

/** Of one module, about: files are many, and to ask each for its size takes longer than to count them. */
const moduleBytes = 8 * 1024;
/** See `ModuleSources`: of one program. */
const sourcesBytes = 4 * 1024 * 1024;
const sourcesName = /^sources-/;

export interface CacheLimits {
  readonly mostBytes: number;
  /** Between two looks, whoever has them. */
  readonly everyMs: number;
}

/** About a hundred starts of other paths or versions. */
const usual: CacheLimits = { mostBytes: 512 * 1024 * 1024, everyMs: 24 * 60 * 60 * 1000 };
const marker = "looked-at";

interface CacheFile {
  readonly path: string;
  readonly bytes: number;
}

/** Of the folder that this process uses, where that is ours alone. */
export async function keepCacheSmall(): Promise<void> {
  const folder = dirname(getCompileCacheDir() ?? "");
  if (basename(folder) !== "compile" || basename(dirname(folder)) !== "kubets") return;
  await boundCache(folder);
}

/** Removes what was used longest ago until what is left has three quarters of the room. */
export async function boundCache(folder: string, { mostBytes, everyMs }: CacheLimits = usual): Promise<void> {
  const agoMs = Date.now() - (await lookedAt(folder));
  // A clock that was set back leaves marks of the future.
  if (agoMs >= 0 && agoMs < everyMs) return;
  await writeFile(join(folder, marker), "", { mode: 0o600 });
  const files = await filesOf(folder);
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= mostBytes) return;
  // One at a time: the threads that do it are those that write the store.
  for (const { path, bytes: its } of await longestUnused(files)) {
    if (bytes <= (mostBytes * 3) / 4) break;
    await rm(path, { force: true, recursive: true }).catch(() => {});
    bytes -= its;
  }
  // Those that are not empty stay.
  for (const name of await foldersOf(folder)) await rmdir(name).catch(() => {});
}

/** Whole milliseconds since the epoch, as `Date.now` has them: the file's time may lie within the present one. 0: never. */
async function lookedAt(folder: string): Promise<number> {
  return stat(join(folder, marker)).then(
    ({ mtimeMs }) => Math.floor(mtimeMs),
    () => 0,
  );
}

async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

async function filesOf(folder: string): Promise<CacheFile[]> {
  const files: CacheFile[] = [];
  // Whoever removes files here too may have been faster.
  for (const inside of await foldersOf(folder))
    for (const name of await readdir(inside).catch(() => []))
      files.push({ path: join(inside, name), bytes: sourcesName.test(name) ? sourcesBytes : moduleBytes });
  return files;
}

/** The longest first. Most file systems note the reading of a file once a day. */
async function longestUnused(files: readonly CacheFile[]): Promise<CacheFile[]> {
  const used: (CacheFile & { readonly usedMs: number })[] = [];
  for (const file of files) used.push({ ...file, usedMs: await lastUse(file.path) });
  return used.sort((a, b) => a.usedMs - b.usedMs);
}

async function lastUse(path: string): Promise<number> {
  return lstat(path).then(
    ({ atimeMs, mtimeMs }) => Math.max(atimeMs, mtimeMs),
    () => 0,
  );
}
