/** The CNI configuration of a node, and the plugin that it names. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { loopbackScript, type PluginCommands, pluginScript } from "./plugin.ts";

export interface CniOptions {
  /** Folder that the container runtime reads. */
  readonly folder: string;
  /** Folder from which the runtime runs plugins; its file system must let programs run. */
  readonly programs: string;
  /** Where addresses in use are kept; it must outlive a restart of the node and belong to this node alone. */
  readonly dataFolder: string;
  /** Bytes; absent: what the kernel takes. */
  readonly mtu?: number;
  readonly commands?: PluginCommands;
}

const fileName = "10-kubets.conflist";
/** The plugin has the same name, and so has the folder of its addresses. */
const networkName = "kubets";

/** The plugin knows the rest itself. */
export function cniConfiguration(): object {
  return {
    cniVersion: "0.4.0",
    name: networkName,
    plugins: [{ type: networkName, capabilities: { portMappings: true } }],
  };
}

/** For pods with addresses of `podNetwork`. The file comes last: the runtime takes a node for ready as soon as it finds one. */
export async function writeCniConfiguration(podNetwork: string, options: CniOptions): Promise<void> {
  const { folder, programs, dataFolder, mtu, commands } = options;
  const addresses = join(dataFolder, networkName);
  for (const needed of [folder, programs, addresses]) await mkdir(needed, { recursive: true });
  const script = pluginScript({
    podNetwork,
    addresses,
    ...(mtu !== undefined && { mtu }),
    ...(commands && { commands }),
  });
  await writeWhole(join(programs, networkName), script, 0o755);
  await writeWhole(join(programs, "loopback"), loopbackScript(), 0o755);
  await writeWhole(join(folder, fileName), `${JSON.stringify(cniConfiguration(), null, 2)}\n`, 0o644);
}

/** Whole or not at all: the runtime may be reading it. */
async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.unfinished`);
  await writeFile(unfinished, text, { mode });
  await rename(unfinished, path);
}
