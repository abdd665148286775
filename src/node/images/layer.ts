/** The one layer of a packed image: a tar of files, owned by root, without times, so that the same files give the same image. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Header, Pack } from "tar-stream";

export type LayerEntry =
  | { readonly kind: "folder"; readonly path: string; readonly mode: number }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly source: string };

/** Everything under `folder`, with paths relative to it, parents first. */
export async function* walkFolder(folder: string, under = ""): AsyncIterable<LayerEntry> {
  const names = (await readdir(join(folder, under))).sort();
  for (const name of names) {
    const path = under === "" ? name : `${under}/${name}`;
    const source = join(folder, path);
    const info = await lstat(source);
    const mode = info.mode & 0o7777;
    if (info.isSymbolicLink()) yield { kind: "link", path, target: await readlink(source) };
    else if (info.isDirectory()) {
      yield { kind: "folder", path, mode };
      yield* walkFolder(folder, path);
    } else if (info.isFile()) yield { kind: "file", path, mode, source };
  }
}

/** What a tar entry says of itself; the packer fills in the rest. */
export type EntryHeader = Partial<Header> & Pick<Header, "name">;

function addEntry(tar: Pack, headers: EntryHeader): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(headers, (error) => (error ? reject(error) : resolve()));
  });
}

/** Writes a file of the disk into an archive. */
export async function addFile(tar: Pack, headers: EntryHeader, source: string): Promise<void> {
  const { size } = await lstat(source);
  await pipeline(createReadStream(source), tar.entry({ ...headers, size }));
}

async function addAll(tar: Pack, entries: AsyncIterable<LayerEntry>): Promise<void> {
  const owner = { uid: 0, gid: 0, mtime: new Date(0) };
  for await (const entry of entries) {
    if (entry.kind === "folder") {
      await addEntry(tar, { ...owner, name: `${entry.path}/`, mode: entry.mode, type: "directory" });
    } else if (entry.kind === "link") {
      await addEntry(tar, { ...owner, name: entry.path, type: "symlink", linkname: entry.target, mode: 0o777 });
    } else await addFile(tar, { ...owner, name: entry.path, mode: entry.mode, type: "file" }, entry.source);
  }
  tar.finalize();
}

/** Writes the layer's tar to `file`; answers its SHA-256, hexadecimal. */
export async function writeLayer(entries: AsyncIterable<LayerEntry>, file: string): Promise<string> {
  const { pack } = await import("tar-stream");
  const tar = pack();
  const hash = createHash("sha256");
  const hashed = new PassThrough();
  hashed.on("data", (part: Buffer) => hash.update(part));
  await Promise.all([addAll(tar, entries), pipeline(tar, hashed, createWriteStream(file))]);
  return hash.digest("hex");
}
