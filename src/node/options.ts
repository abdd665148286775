/** What a node agent is made from. */
import type { corev1 } from "../api/mod.ts";
import type { ConfigStore } from "./environment/config-store.ts";
import type { PodSource } from "./pod-source.ts";
import type { Runtime } from "./runtime/contract.ts";

export interface ServingOptions {
  /** Where the node API listens: one of the node's addresses. */
  readonly address: string;
  /** 10250 by custom; 0 takes a free one. */
  readonly port: number;
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: string;
  /** PEM of the authority whose client certificates are let in. */
  readonly clientAuthority: string;
  /** Of those, who may use the node API: common names and organizations. Default: the API server's client and `system:masters`. */
  readonly allowedUsers?: readonly string[];
  readonly allowedGroups?: readonly string[];
}

export interface NodeAgentOptions {
  readonly nodeName: string;
  readonly runtime: Runtime;
  /** Primary first. */
  readonly addresses: readonly string[];
  readonly dns: { readonly clusterDns: readonly string[]; readonly clusterDomain: string };
  /** Everything that the agent writes lies under it. Not used by simulated runtimes. */
  readonly rootDirectory: string;
  /** Parent of the node's cgroups: `/kubets/cluster/node-1`. Default: the root. */
  readonly cgroupRoot?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly corev1.Taint[];
  readonly providerId?: string;
  /** Default 110, as upstream. */
  readonly maximumPods?: number;
  /** Stands above what the machine has: quantities by resource name. */
  readonly capacity?: Readonly<Record<string, string>>;
  /** The node's own resolver configuration. Default `/etc/resolv.conf`. */
  readonly resolverFile?: string;
  /** Absent: no node API of its own. */
  readonly serving?: ServingOptions;
  /** Where another process part serves the node API for this node. */
  readonly nodeApiPort?: number;
  /** The range of its pods' addresses, where the node knows it by itself. Default: it is given one. */
  readonly podCidr?: string;
  /** Absent: the node has a process of its own. */
  readonly shared?: SharedParts;
}

/** What thousands of nodes of one process have together. Whoever has made them ends the agents too. */
export interface SharedParts {
  readonly pods: PodSource;
  /** One watch of each config map and secret for all of them. */
  readonly config: ConfigStore;
  /** When the first lease is written: nodes that began together are spread over the time between two renewals. */
  readonly leaseAfterMs: number;
}
