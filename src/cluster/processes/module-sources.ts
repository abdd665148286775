/**
 * The modules of a program without their types, in one file of the compile cache. Node takes the types away when it loads a module and keeps the
 * outcome in a file for each; to look up, open, compare and decode a thousand of those is a third of what a start costs.
 */
import { hash } from "node:crypto";
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { getCompileCacheDir, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";

/** What the source was made of, and what it must be. */
interface Stamp {
  /** When the file last changed in any way: unlike its time of modification nobody can set it, as copying and unpacking do. */
  readonly changedMs: number;
  readonly size: number;
  readonly checksum: number;
  /** Of the source, in bytes. */
  readonly length: number;
}

/** A file of sources: the length of the table of contents, the table, and one source after the other. */
interface Saved {
  readonly descriptor: number;
  readonly places: ReadonlyMap<string, { readonly stamp: Stamp; readonly start: number }>;
}

const lengthBytes = 4;

export class ModuleSources {
  readonly #file: string | undefined;
  #saved: Saved | undefined;
  /** What the file lacks. */
  readonly #made = new Map<string, { readonly stamp: Stamp; readonly bytes: Buffer }>();

  /** `program`: what tells one from the others, its main module. */
  constructor(program: string) {
    const folder = getCompileCacheDir();
    this.#file = folder && join(folder, `sources-${hash("sha256", program, "hex").slice(0, 16)}`);
    if (this.#file) this.#saved = open(this.#file);
  }

  /** JavaScript with the lines and columns of what is at that `file:` URL, whose types were perhaps taken away when it was packed. */
  get(url: string): string {
    const path = fileURLToPath(url);
    const { ctimeMs: changedMs, size } = statSync(path);
    const place = this.#saved?.places.get(url);
    if (place?.stamp.changedMs === changedMs && place.stamp.size === size) {
      const bytes = this.#read(url);
      if (crc32(bytes) === place.stamp.checksum) return bytes.toString();
    }
    const text = readFileSync(path, "utf8");
    const source = path.endsWith(".ts") ? withoutTypes(text) : text;
    const bytes = Buffer.from(source);
    this.#made.set(url, { stamp: { changedMs, size, checksum: crc32(bytes), length: bytes.length }, bytes });
    return source;
  }

  #read(url: string): Buffer {
    const { descriptor, places } = this.#saved!;
    const { start, stamp } = places.get(url)!;
    const bytes = Buffer.allocUnsafe(stamp.length);
    readSync(descriptor, bytes, 0, stamp.length, start);
    return bytes;
  }

  /** For the next start. Where it cannot be, the next start takes longer, and nothing else. */
  save(): void {
    if (!this.#file || this.#made.size === 0) return;
    const former = [...(this.#saved?.places ?? [])].filter(([url]) => !this.#made.has(url));
    const own = `${this.#file}.${process.pid}`;
    try {
      const kept = former.map(([url, { stamp }]) => [url, { stamp, bytes: this.#read(url) }] as const);
      writeFileSync(own, fileOf([...kept, ...this.#made]), { mode: 0o600 });
      renameSync(own, this.#file);
    } catch {
      rmSync(own, { force: true });
      return;
    }
    if (this.#saved) closeSync(this.#saved.descriptor);
    this.#saved = open(this.#file);
    this.#made.clear();
  }
}

/** A sign of several bytes is blanked by wide spaces, for which the whole text would take two bytes a sign in memory. */
export const withoutTypes = (text: string): string => stripQuietly(text).replaceAll("\u2002", " ");

/** Node calls it experimental where a program asks for it, though it does so itself all the time: no news for who uses this package. */
function stripQuietly(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function fileOf(sources: readonly (readonly [string, { readonly stamp: Stamp; readonly bytes: Buffer }])[]): Buffer {
  const table = Buffer.from(JSON.stringify(sources.map(([url, { stamp }]) => [url, stamp])));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(table.length);
  return Buffer.concat([length, table, ...sources.map(([, { bytes }]) => bytes)]);
}

/** Nothing where there is no such file, none that is whole, or one that others may have written: it is run. */
function open(file: string): Saved | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    if (!isOwn(descriptor)) throw new Error("it belongs to others");
    return { descriptor, places: placesOf(descriptor) };
  } catch {
    if (descriptor !== undefined) closeSync(descriptor);
    return undefined;
  }
}

function isOwn(descriptor: number): boolean {
  const { uid, mode } = fstatSync(descriptor);
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

function placesOf(descriptor: number): Saved["places"] {
  const read = (length: number, position: number) => {
    const bytes = Buffer.alloc(length);
    readSync(descriptor, bytes, 0, length, position);
    return bytes;
  };
  const length = read(lengthBytes, 0).readUInt32LE();
  const table = JSON.parse(read(length, lengthBytes).toString()) as [string, Stamp][];
  let start = lengthBytes + length;
  const places = new Map<string, { stamp: Stamp; start: number }>();
  for (const [url, stamp] of table) {
    places.set(url, { stamp, start });
    start += stamp.length;
  }
  return places;
}
