/**
 * The network of a cluster on one machine: a namespace with a bridge, in which the control plane runs, and one namespace for each node, joined
 * to the bridge. The host's own interfaces, routes and rules are never touched: everything happens inside namespaces made here.
 */
import { addressAt } from "../addresses.ts";
import {
  CommandError,
  type CommandOptions,
  enterArguments,
  ipBatch,
  ipJson,
  run,
  setKernelParameter,
} from "../commands.ts";
import {
  type Addresses,
  bridgeCommands,
  chooseNetwork,
  fabricNamespaceName,
  joinCommands,
  kernelParameters,
  type Link,
  namespacePath,
  namespacesOf,
  networkOf,
  nodeAddress,
  nodeCommands,
  nodeIndex,
  nodeNamespaceName,
} from "./plan.ts";

export interface FabricOptions {
  /** The cluster's name; namespaces are called `kubets-<cluster>-…`. */
  readonly cluster: string;
  /** Networks of pods and Services: the addresses of the fabric and its nodes, in use inside the namespaces only, are none of these. */
  readonly avoid?: readonly string[];
  /** So that processes in the fabric's namespace reach Services too. */
  readonly serviceNetwork?: string;
}

export interface NodeNetwork {
  /** Path of the network namespace. */
  readonly namespace: string;
  /** What to put before a command so that it runs there. */
  readonly enter: readonly string[];
  /** The node's InternalIP. */
  readonly address: string;
}

export interface Fabric {
  /** Path of the namespace in which the control plane runs. */
  readonly namespace: string;
  /** What to put before a command so that it runs there. */
  readonly enter: readonly string[];
  /** The control plane's address, as nodes and pods reach it; also the nodes' gateway. */
  readonly address: string;
  /** Makes the node's namespace, or answers the one that is there. */
  addNode(name: string): Promise<NodeNetwork>;
  /** The network of a node that `addNode` made; throws where it did not. */
  node(name: string): NodeNetwork;
  removeNode(name: string): Promise<void>;
  /** Removes all namespaces of the cluster. Processes that run in one must be ended first: they would keep it alive, nameless. */
  destroy(): Promise<void>;
}

/** Makes the fabric's namespace, or takes over what an earlier run left: pods that run in it keep their network. Needs root. */
export async function createFabric(options: FabricOptions): Promise<Fabric> {
  const { cluster, avoid = [], serviceNetwork } = options;
  const name = fabricNamespaceName(cluster);
  const namespace = namespacePath(name);
  await ensureNamespace(name);
  await setKernelParameters({ namespace });
  const links = await listLinks(namespace);
  const addresses = (await ipJson(["address", "show"], { namespace })) as readonly Addresses[];
  const network = networkOf(addresses) ?? chooseNetwork(avoid);
  await ipBatch(bridgeCommands(network, links, serviceNetwork), { namespace });
  return new NamespaceFabric(cluster, network);
}
class NamespaceFabric implements Fabric {
  readonly namespace: string;
  readonly enter: readonly string[];
  readonly address: string;
  readonly #cluster: string;
  readonly #network: string;
  readonly #nodes = new Map<string, NodeNetwork>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(cluster: string, network: string) {
    this.namespace = namespacePath(fabricNamespaceName(cluster));
    this.enter = enterArguments(this.namespace);
    this.address = addressAt(network, 1);
    this.#cluster = cluster;
    this.#network = network;
  }

  addNode(name: string): Promise<NodeNetwork> {
    return this.#inTurn(async () => {
      const node = await addNode({ cluster: this.#cluster, node: name, network: this.#network });
      this.#nodes.set(name, node);
      return node;
    });
  }

  node(name: string): NodeNetwork {
    const node = this.#nodes.get(name);
    if (!node) throw new Error(`the fabric has no node ${name}`);
    return node;
  }

  removeNode(name: string): Promise<void> {
    this.#nodes.delete(name);
    return this.#inTurn(() => removeNamespace(nodeNamespaceName(this.#cluster, name)));
  }

  destroy(): Promise<void> {
    this.#nodes.clear();
    return this.#inTurn(() => destroyFabric(this.#cluster));
  }

  /** One at a time: two nodes must not take the same number. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work, work);
    this.#last = next;
    return next;
  }
}

/** Removes whatever namespaces a cluster of this name has, also those that a crashed run left. */
export async function destroyFabric(cluster: string): Promise<void> {
  for (const name of namespacesOf(cluster, await listNamespaces())) await removeNamespace(name);
}

/** Ids of the processes in the cluster's namespaces: what must end before the namespaces can go. */
export async function fabricProcesses(cluster: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of namespacesOf(cluster, await listNamespaces())) {
    const text = await run("ip", ["netns", "pids", name]);
    found.push(...text.split("\n").filter(Boolean).map(Number));
  }
  return found;
}

interface NodeOptions {
  readonly cluster: string;
  readonly node: string;
  readonly network: string;
}

async function addNode({ cluster, node, network }: NodeOptions): Promise<NodeNetwork> {
  const fabric = namespacePath(fabricNamespaceName(cluster));
  const name = nodeNamespaceName(cluster, node);
  const namespace = namespacePath(name);
  await ensureNamespace(name);
  await setKernelParameters({ namespace });
  const links = await listLinks(fabric);
  const plan = { node, namespace: name, index: nodeIndex(node, links), network };
  if (!links.some((link) => link.ifalias === node)) await ipBatch(joinCommands(plan), { namespace: fabric });
  await ipBatch(nodeCommands(plan), { namespace });
  return { namespace, enter: enterArguments(namespace), address: nodeAddress(plan) };
}

async function listNamespaces(): Promise<readonly string[]> {
  const list = (await ipJson(["netns", "list"])) as readonly { readonly name: string }[];
  return list.map(({ name }) => name);
}

async function ensureNamespace(name: string): Promise<void> {
  if ((await listNamespaces()).includes(name)) return;
  await run("ip", ["netns", "add", name]);
}

async function removeNamespace(name: string): Promise<void> {
  try {
    await run("ip", ["netns", "delete", name]);
  } catch (error) {
    if ((await listNamespaces()).includes(name)) throw error;
  }
}

async function listLinks(namespace: string): Promise<readonly Link[]> {
  return (await ipJson(["link", "show"], { namespace })) as readonly Link[];
}

async function setKernelParameters(options: CommandOptions): Promise<void> {
  for (const { path, value, optional } of kernelParameters) {
    try {
      await setKernelParameter(path, value, options);
    } catch (error) {
      if (!optional || !(error instanceof CommandError)) throw error;
    }
  }
}
