/** Packs one-layer images: an OCI layout in a tar file that also carries Docker's `manifest.json`, so that either kind of tool loads it. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Pack } from "tar-stream";
import { addFile, type LayerEntry, walkFolder, writeLayer } from "./layer.ts";
import { parseImageReference } from "./reference.ts";

export interface ImageDescription {
  /** As people write it: `example/web:1`. */
  readonly name: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** `NAME=value`. */
  readonly environment?: readonly string[];
  readonly workingDirectory?: string;
  /** `uid`, `uid:gid`, or names. */
  readonly user?: string;
  /** `80/tcp`. */
  readonly exposedPorts?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
};
const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64", arm: "arm", ia32: "386" };

interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

function blob(value: unknown): Blob {
  const bytes = Buffer.from(JSON.stringify(value));
  return { bytes, digest: createHash("sha256").update(bytes).digest("hex") };
}

function configOf(image: ImageDescription, layerDigest: string): unknown {
  const config = {
    ...(image.entrypoint && { Entrypoint: image.entrypoint }),
    ...(image.command && { Cmd: image.command }),
    Env: image.environment ?? ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ...(image.workingDirectory && { WorkingDir: image.workingDirectory }),
    ...(image.user && { User: image.user }),
    ...(image.labels && { Labels: image.labels }),
    ...(image.exposedPorts && { ExposedPorts: Object.fromEntries(image.exposedPorts.map((port) => [port, {}])) }),
  };
  return {
    created: new Date(0).toISOString(),
    architecture: architectures[process.arch] ?? process.arch,
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: [`sha256:${layerDigest}`] },
    history: [{ created: new Date(0).toISOString(), created_by: "kubets image pack" }],
  };
}

function addBytes(tar: Pack, name: string, bytes: Buffer): void {
  tar.entry({ name, mtime: new Date(0) }, bytes);
}

async function writeArchive(tar: Pack, image: ImageDescription, layerFile: string, layerDigest: string): Promise<void> {
  const layerSize = (await stat(layerFile)).size;
  const config = blob(configOf(image, layerDigest));
  const manifest = blob({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, digest: `sha256:${config.digest}`, size: config.bytes.length },
    layers: [{ mediaType: mediaTypes.layer, digest: `sha256:${layerDigest}`, size: layerSize }],
  });
  const { name, tag } = parseImageReference(image.name);
  const annotations = { "io.containerd.image.name": `${name}:${tag}`, "org.opencontainers.image.ref.name": tag };
  const index = {
    schemaVersion: 2,
    manifests: [
      { mediaType: mediaTypes.manifest, digest: `sha256:${manifest.digest}`, size: manifest.bytes.length, annotations },
    ],
  };
  const path = (digest: string) => `blobs/sha256/${digest}`;
  addBytes(tar, "oci-layout", Buffer.from(JSON.stringify({ imageLayoutVersion: "1.0.0" })));
  addBytes(tar, "index.json", blob(index).bytes);
  const docker = [{ Config: path(config.digest), RepoTags: [`${name}:${tag}`], Layers: [path(layerDigest)] }];
  addBytes(tar, "manifest.json", blob(docker).bytes);
  addBytes(tar, path(config.digest), config.bytes);
  addBytes(tar, path(manifest.digest), manifest.bytes);
  await addFile(tar, { name: path(layerDigest), mtime: new Date(0) }, layerFile);
  tar.finalize();
}

/** Writes the image of these files to `output`; its layer lies in `scratch` meanwhile. Rejects with a `NodeError` for a bad name, or with the file system's error. */
export async function packEntries(
  image: ImageDescription,
  entries: AsyncIterable<LayerEntry>,
  output: string,
  scratch = tmpdir(),
): Promise<void> {
  parseImageReference(image.name);
  const folder = await mkdtemp(join(scratch, "kubets-pack-"));
  try {
    const layerFile = join(folder, "layer.tar");
    const layerDigest = await writeLayer(entries, layerFile);
    const { pack } = await import("tar-stream");
    const tar = pack();
    await Promise.all([
      writeArchive(tar, image, layerFile, layerDigest),
      pipeline(tar, createWriteStream(output, { mode: 0o644 })),
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Packs everything under `folder`. */
export function packFolder(image: ImageDescription, folder: string, output: string): Promise<void> {
  return packEntries(image, walkFolder(folder), output);
}
