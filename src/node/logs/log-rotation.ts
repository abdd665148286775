/** Keeps container logs in bounds: a log that has grown is moved aside, the newest of those aside as it is, older ones compressed. */
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

export interface RotationLimits {
  readonly maximumBytes: number;
  /** The log that is written to included. */
  readonly maximumFiles: number;
}

/** As upstream's defaults. */
export const defaultRotation: RotationLimits = { maximumBytes: 10 * 1024 * 1024, maximumFiles: 5 };

export interface RotationInput extends RotationLimits {
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Has the runtime write to a new file at `path`. */
  reopen(): Promise<void>;
}

/** `20260102-030405`, which sorts as time does. */
function stamp(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
}

async function compress(path: string): Promise<void> {
  const temporary = `${path}.tmp`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(temporary, { mode: 0o640 }));
  await rename(temporary, `${path}.gz`);
  await rm(path);
}

/** Oldest first. */
async function movedAside(path: string): Promise<string[]> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names
    .filter((name) => name.startsWith(prefix) && !name.endsWith(".tmp"))
    .sort()
    .map((name) => join(dirname(path), name));
}

/** Answers whether the log was rotated. */
export async function rotateLog({ path, now, reopen, maximumBytes, maximumFiles }: RotationInput): Promise<boolean> {
  const { size } = await stat(path);
  if (size <= maximumBytes) return false;
  const aside = await movedAside(path);
  // With the log that is moved now and the one that is begun, as many as are allowed.
  const excess = aside.splice(0, Math.max(0, aside.length - (maximumFiles - 2)));
  for (const old of excess) await rm(old, { force: true });
  for (const old of aside) if (!old.endsWith(".gz")) await compress(old);
  const moved = `${path}.${stamp(now)}`;
  await rename(path, moved);
  try {
    await reopen();
  } catch (error) {
    // The runtime writes on to the file that it has open: it goes back to its name.
    await rename(moved, path);
    throw error;
  }
  return true;
}
