/** What the supervisor tells the processes that it starts: one JSON file each, readable by their owner only. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ClusterOptions } from "../options.ts";
import type { NodePaths } from "../paths.ts";

/** Port of the API inside the fabric. */
export const apiPort = 6443;

/** The descriptor of the first inherited socket: 0 to 2 are the terminal's, 3 is the message channel. */
export const firstInheritedDescriptor = 4;

export interface ControlPlaneConfig {
  readonly options: ClusterOptions;
  readonly realNodes: readonly { readonly name: string; readonly address: string }[];
  readonly paths: { readonly data: string; readonly pki: string; readonly store: string };
  /** The control plane's address inside the fabric; absent where every node is simulated. */
  readonly fabricAddress?: string;
  /** Leads out of the fabric, to the host's loopback. */
  readonly loopbackSocket?: string;
  /** Leads out of the fabric, to where traces go. */
  readonly tracesSocket?: string;
}

export interface NodeConfig {
  readonly name: string;
  readonly address: string;
  readonly kubeconfig: string;
  readonly proxyKubeconfig: string;
  readonly pki: string;
  readonly paths: NodePaths;
  readonly cgroupParent: string;
  readonly serviceCidr: string;
  readonly podCidr: string;
  /** NodePorts to which the inherited listening sockets lead, in order. */
  readonly nodePorts: readonly number[];
}

/**
 * Room for young objects, of which V8's own choice is 32. In half of that a control plane collects twice as often, for half as long each time, and
 * has 40 to 80 MiB less; in a quarter it spends a quarter more on that. There are many nodes on a machine, and none has much to do.
 */
const semiSpaceMegabytes = { "control-plane": 16, node: 2 };

const mains = { "control-plane": "./control-plane-main.ts", node: "./node-main.ts" };

export type ProcessKind = keyof typeof mains;

/** Writes the file and answers the command line of the process that reads it. */
export function writeConfig(path: string, kind: ProcessKind, config: ControlPlaneConfig | NodeConfig): string[] {
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  const node = [
    process.execPath,
    `--max-semi-space-size=${semiSpaceMegabytes[kind]}`,
    // Taking types away is called experimental where a program asks for it, though Node itself does it all the time.
    "--disable-warning=ExperimentalWarning",
    "--import",
    new URL("./quick-imports.ts", import.meta.url).href,
  ];
  return [...node, fileURLToPath(new URL(mains[kind], import.meta.url)), path];
}

export const readConfig = <T extends ControlPlaneConfig | NodeConfig>(path: string): T =>
  JSON.parse(readFileSync(path, "utf8")) as T;
