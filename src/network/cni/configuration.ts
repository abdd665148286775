/**
 * The CNI configuration of a node. Each pod gets its own link to the node (`ptp`), not a port of a bridge: every packet between pods is routed
 * and so passes the packet filter, without which Services between pods of one node would need the kernel's bridge filter.
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface CniOptions {
  /** Folder that the container runtime reads. */
  readonly folder: string;
  /** Where addresses in use are kept; it must outlive a restart of the node and belong to this node alone. */
  readonly dataFolder: string;
  /** Bytes; absent: what the kernel takes. */
  readonly mtu?: number;
}

const fileName = "10-kubets.conflist";

/** For pods with addresses of `podNetwork`. */
export function cniConfiguration(podNetwork: string, { dataFolder, mtu }: CniOptions): object {
  const ipam = {
    type: "host-local",
    dataDir: dataFolder,
    ranges: [[{ subnet: podNetwork }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  return {
    cniVersion: "0.4.0",
    name: "kubets",
    plugins: [
      { type: "ptp", ipMasq: false, ...(mtu !== undefined && { mtu }), ipam },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}

/** Writes the file whole or not at all: the runtime takes a node for ready as soon as it finds one. */
export async function writeCniConfiguration(podNetwork: string, options: CniOptions): Promise<void> {
  await mkdir(options.folder, { recursive: true });
  await mkdir(options.dataFolder, { recursive: true });
  const path = join(options.folder, fileName);
  const unfinished = join(options.folder, `.${fileName}.unfinished`);
  await writeFile(unfinished, `${JSON.stringify(cniConfiguration(podNetwork, options), null, 2)}\n`);
  await rename(unfinished, path);
}

export async function removeCniConfiguration({ folder }: CniOptions): Promise<void> {
  await rm(join(folder, fileName), { force: true });
}
