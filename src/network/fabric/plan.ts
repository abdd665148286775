/** The commands that make and mend the namespaces of a cluster on one machine, as data. */
import { addressAt, formatNetwork, overlaps, parseNetwork } from "../addresses.ts";

const bridgeName = "fabric0";
const nodeInterface = "eth0";

/** Names of a cluster's network namespaces begin so. */
export function namespacePrefix(cluster: string): string {
  return `kubets-${cluster}-`;
}

export function fabricNamespaceName(cluster: string): string {
  return `${namespacePrefix(cluster)}fabric`;
}

export function nodeNamespaceName(cluster: string, node: string): string {
  return `${namespacePrefix(cluster)}node-${node}`;
}

/** Which of the namespaces are the cluster's: a cluster `a` must not take those of a cluster `a-b` or `a-node` for its own. */
export function namespacesOf(cluster: string, names: readonly string[]): readonly string[] {
  const nodes = `${namespacePrefix(cluster)}node-`;
  const others = names.filter((name) => name.startsWith(nodes) && name.endsWith("-fabric"));
  const otherPrefixes = others.map((name) => name.slice(0, -"fabric".length));
  const isOther = (name: string) => otherPrefixes.some((prefix) => name.startsWith(prefix));
  return names.filter((name) => name === fabricNamespaceName(cluster) || (name.startsWith(nodes) && !isOther(name)));
}

/** Networks to take the fabric's addresses from: they mean nothing outside the namespaces, but must not be those of pods or Services. */
const networks = ["172.30.0.0/16", "172.29.0.0/16", "172.28.0.0/16", "10.213.0.0/16", "192.168.213.0/24"];

export function chooseNetwork(avoid: readonly string[]): string {
  const free = networks.find((network) => !avoid.some((other) => overlaps(network, other)));
  if (!free) throw new RangeError(`no network for the nodes is left beside ${avoid.join(", ")}`);
  return free;
}

export const namespacePath = (name: string) => `/run/netns/${name}`;

/** What `ip -json link show` says, as far as it matters. */
export interface Link {
  readonly ifname: string;
  readonly ifalias?: string;
}

/** What `ip -json address show` says. */
export interface Addresses {
  readonly ifname: string;
  readonly addr_info?: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}

/** The network that an earlier run gave the bridge: nodes that still run have addresses of it. */
export function networkOf(links: readonly Addresses[]): string | undefined {
  const bridge = links.find((link) => link.ifname === bridgeName);
  const address = bridge?.addr_info?.find(({ family }) => family === "inet");
  const network = address && parseNetwork(`${address.local}/${address.prefixlen}`);
  return network && formatNetwork(network);
}

/** The bridge has the network's first address: the nodes' gateway, and where the control plane listens. */
export function bridgeCommands(network: string, links: readonly Link[], serviceNetwork?: string): readonly string[] {
  const isNew = !links.some((link) => link.ifname === bridgeName);
  const bits = network.split("/")[1];
  return [
    "link set lo up",
    ...(isNew ? [`link add ${bridgeName} type bridge`] : []),
    `address replace ${addressAt(network, 1)}/${bits} dev ${bridgeName}`,
    `link set ${bridgeName} up`,
    // An address needs a route before the service proxy gets to see the packet and gives it its true destination.
    ...(serviceNetwork ? [`route replace ${serviceNetwork} dev ${bridgeName}`] : []),
  ];
}

const numberedLink = /^node(\d+)$/;
const firstNodeIndex = 2;

/** The node's number in the fabric: what its link says, or the lowest that is free. */
export function nodeIndex(node: string, links: readonly Link[]): number {
  const taken = new Map<number, string | undefined>();
  for (const { ifname, ifalias } of links) {
    const number = numberedLink.exec(ifname)?.[1];
    if (number) taken.set(Number(number), ifalias);
  }
  for (const [index, alias] of taken) if (alias === node) return index;
  let index = firstNodeIndex;
  while (taken.has(index)) index++;
  return index;
}

export interface NodePlan {
  readonly node: string;
  readonly namespace: string;
  readonly index: number;
  readonly network: string;
}

export const nodeAddress = ({ network, index }: NodePlan) => addressAt(network, index);

/** In the fabric's namespace, where the node has no link yet. */
export function joinCommands({ node, namespace, index }: NodePlan): readonly string[] {
  return [
    `link add node${index} type veth peer name ${nodeInterface} netns ${namespace}`,
    `link set node${index} alias ${node}`,
    `link set node${index} master ${bridgeName}`,
    `link set node${index} up`,
  ];
}

/** In the node's namespace; harmless to repeat. */
export function nodeCommands(plan: NodePlan): readonly string[] {
  const bits = plan.network.split("/")[1];
  return [
    "link set lo up",
    `address replace ${nodeAddress(plan)}/${bits} dev ${nodeInterface}`,
    `link set ${nodeInterface} up`,
    `route replace default via ${addressAt(plan.network, 1)}`,
  ];
}

export interface KernelParameter {
  /** Under `/proc/sys`. */
  readonly path: string;
  readonly value: string;
  /** Kernels without the feature lack the parameter, and need it not. */
  readonly optional?: boolean;
}

/** Both the fabric and the nodes route. Redirects would teach pods ways around the service proxy. */
export const kernelParameters: readonly KernelParameter[] = [
  { path: "net/ipv4/ip_forward", value: "1" },
  { path: "net/ipv4/conf/all/rp_filter", value: "0" },
  { path: "net/ipv4/conf/default/rp_filter", value: "0" },
  { path: "net/ipv4/conf/all/send_redirects", value: "0" },
  { path: "net/ipv4/conf/default/send_redirects", value: "0" },
  // Frames that the bridge carries from node to node are none of the fabric's own packet filter's business.
  { path: "net/bridge/bridge-nf-call-iptables", value: "0", optional: true },
];
