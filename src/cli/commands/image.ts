/** `kubets image`: packing a folder, loading archives onto every node, listing what is there. */
import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { systemClock } from "../../client/mod.ts";
import { ClusterError, type ClusterState, clusterPaths } from "../../cluster/mod.ts";
import { CriRuntime, packFolder } from "../../node/mod.ts";
import { UsageError } from "../failure.ts";
import { alignColumns } from "../kubectl/table.ts";
import { requireState } from "./require-state.ts";

interface NamedFlags {
  readonly name: string;
}

async function withRuntime<T>(
  state: ClusterState,
  node: string,
  work: (runtime: CriRuntime) => Promise<T>,
): Promise<T> {
  const { containerdSocket } = clusterPaths(state.options.name, state.options.data).node(node);
  const runtime = new CriRuntime({ socket: containerdSocket, clock: systemClock });
  try {
    return await work(runtime);
  } finally {
    await runtime.close();
  }
}

/** Simulated nodes have no place for images. Says so. */
function hasNoImages({ nodes, options }: ClusterState): boolean {
  if (nodes.length > 0) return false;
  const some = options.nodes + options.simulatedNodes > 0;
  const words = some
    ? "this cluster's nodes are simulated: they run any image without having it"
    : "this cluster has no nodes";
  process.stderr.write(`${words}\n`);
  return true;
}

export async function load(files: readonly string[], flags: NamedFlags): Promise<void> {
  const state = requireState(flags.name);
  for (const file of files)
    if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(`the file "${file}" does not exist`);
  if (hasNoImages(state)) return;
  for (const file of files)
    for (const { name } of state.nodes) {
      await withRuntime(state, name, (runtime) => runtime.images.import(resolve(file)));
      process.stdout.write(`${basename(file)} loaded onto ${name}\n`);
    }
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

export async function list(flags: NamedFlags): Promise<void> {
  const state = requireState(flags.name);
  if (hasNoImages(state)) return;
  const rows = [["NODE", "IMAGE", "SIZE"]];
  for (const { name } of state.nodes) {
    const images = await withRuntime(state, name, (runtime) => runtime.images.list());
    for (const image of images)
      for (const tag of image.repoTags.length > 0 ? image.repoTags : [image.id])
        rows.push([name, tag, mebibytes(Number(image.size))]);
  }
  process.stdout.write(alignColumns(rows));
}

export interface PackFlags {
  readonly from: string;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: readonly string[];
  readonly workdir?: string;
  readonly user?: string;
  readonly output?: string;
}

export async function pack(name: string, flags: PackFlags): Promise<void> {
  if (!existsSync(flags.from) || !statSync(flags.from).isDirectory())
    throw new ClusterError("bad-option", `the folder "${flags.from}" does not exist`);
  const output = flags.output ?? `${name.split("/").at(-1)!.replace(":", "-")}.tar`;
  const description = {
    name,
    ...(flags.entrypoint ? { entrypoint: flags.entrypoint } : {}),
    ...(flags.cmd ? { command: flags.cmd } : {}),
    ...(flags.env ? { environment: flags.env } : {}),
    ...(flags.workdir ? { workingDirectory: flags.workdir } : {}),
    ...(flags.user ? { user: flags.user } : {}),
  };
  await packFolder(description, flags.from, output);
  process.stdout.write(`${name} packed into ${output}\n`);
}
