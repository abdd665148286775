/** The image of the process that holds a pod's namespaces: packed from Debian's `catatonit`, so that a node comes up without a registry. */
import { access, constants, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ImageService } from "../runtime/contract.ts";
import { NodeError } from "../runtime/errors.ts";
import type { LayerEntry } from "./layer.ts";
import { packEntries } from "./pack.ts";

/** The name that containerd must be configured with as its `sandbox_image`. */
export const pauseImage = "registry.k8s.io/pause:3.10.2";
const programs = ["/usr/bin/catatonit", "/usr/libexec/catatonit/catatonit", "/usr/libexec/podman/catatonit"];

async function findProgram(): Promise<string> {
  for (const program of programs) {
    const usable = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return program;
  }
  throw new NodeError("image", "catatonit is missing, from which the pause image is packed: apt-get install catatonit");
}

async function* pauseFiles(source: string): AsyncIterable<LayerEntry> {
  yield { kind: "file", path: "pause", mode: 0o755, source };
}

/** Writes `pause.tar` into the folder, and answers its path. Rejects where no catatonit is installed. */
async function packPauseImage(folder: string): Promise<string> {
  const output = join(folder, "pause.tar");
  const description = { name: pauseImage, entrypoint: ["/pause", "-P"], user: "65535:65535" };
  await packEntries(description, pauseFiles(await findProgram()), output, folder);
  return output;
}

/** Loads the pause image where the runtime does not have it. Packs it in `root`, which goes with the node: a node may be ended meanwhile. */
export async function ensurePauseImage(images: ImageService, root: string): Promise<void> {
  if ((await images.status(pauseImage)) !== undefined) return;
  const folder = await mkdtemp(join(root, "pause-"));
  try {
    await images.import(await packPauseImage(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}
