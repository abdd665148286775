/** Gives each node a part of the pod network for its pods. */
import { type corev1, ignoreNotFound, resources } from "../api/mod.ts";
import {
  type Component,
  type ComponentContext,
  ControllerLoop,
  createEventRecorder,
  type EventRecorder,
  type Informer,
} from "../client/mod.ts";
import { contains, formatNetwork, type Network, parseNetwork, sizeOf } from "./addresses.ts";
import { podNetworks } from "./routes/routes.ts";

export interface NodeIpamOptions {
  /** The cluster's pod network, `10.244.0.0/16`. */
  readonly podNetwork: string;
  /** Prefix bits of a node's part. Default 24: 254 pods. */
  readonly nodeBits?: number;
}

export class NodeIpam implements Component {
  readonly name = "node-ipam";
  readonly #context: ComponentContext;
  readonly #nodes: Informer<corev1.Node>;
  readonly #recorder: EventRecorder;
  readonly #loop: ControllerLoop;
  readonly #pool: NetworkPool;
  #unfollow = () => {};

  constructor(options: NodeIpamOptions, context: ComponentContext) {
    this.#context = context;
    this.#pool = new NetworkPool(options.podNetwork, options.nodeBits ?? 24);
    this.#nodes = context.informers.informer(resources.nodes);
    this.#recorder = createEventRecorder(context, { component: "cidrAllocator" });
    const { log, clock } = context;
    this.#loop = new ControllerLoop({ name: this.name, log, clock, reconcile: (name) => this.#reconcile(name) });
  }

  async start(): Promise<void> {
    await this.#context.informers.waitForSync(this.#context.signal);
    // What nodes hold already, before any new part is given out.
    for (const node of this.#nodes.lister.list()) this.#keep(node);
    this.#unfollow = this.#nodes.addHandler({
      add: (node) => this.#loop.queue.add(node.metadata.name),
      update: (node, old) => {
        if (!node.spec.podCIDR || node.spec.podCIDR !== old.spec.podCIDR) this.#loop.queue.add(node.metadata.name);
      },
      delete: (node) => this.#pool.release(node.metadata.name),
    });
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#unfollow();
    await this.#loop.stop();
  }

  #keep(node: corev1.Node): void {
    for (const network of podNetworks(node)) this.#pool.keep(node.metadata.name, network);
  }

  async #reconcile(name: string): Promise<void> {
    const node = this.#nodes.lister.get(name);
    if (!node) return;
    if (node.spec.podCIDR) {
      this.#keep(node);
      return;
    }
    const podCIDR = this.#pool.take(name);
    if (!podCIDR) {
      this.#recorder.event(node, "Normal", "CIDRNotAvailable", `Node ${name} status is now: CIDRNotAvailable`);
      throw new Error(`no part of the pod network is left for node ${name}`);
    }
    const patch = { metadata: { uid: node.metadata.uid }, spec: { podCIDR, podCIDRs: [podCIDR] } };
    await this.#context.client
      .resource(resources.nodes)
      .patch(name, patch, { type: "strategic" })
      .catch(ignoreNotFound);
  }
}

/** Parts of one network, each held by one node. */
export class NetworkPool {
  readonly #network: Network;
  readonly #bits: number;
  readonly #holders = new Map<string, string>();
  readonly #held = new Map<string, string>();
  /** No part before this one is free. */
  #lowest: number;

  constructor(network: string, bits: number) {
    const parsed = parseNetwork(network);
    if (!parsed || bits < parsed.bits || bits > 32) throw new RangeError(`${network} has no parts of /${bits}`);
    this.#network = parsed;
    this.#bits = bits;
    this.#lowest = parsed.base;
  }

  /** The node's part, or the first that nobody holds; `undefined`: none is left. */
  take(node: string): string | undefined {
    const known = this.#held.get(node);
    if (known) return known;
    const end = this.#network.base + sizeOf(this.#network.bits);
    for (; this.#lowest < end; this.#lowest += sizeOf(this.#bits)) {
      const part = formatNetwork({ base: this.#lowest, bits: this.#bits });
      if (this.#holders.has(part)) continue;
      this.keep(node, part);
      return part;
    }
    return undefined;
  }

  /** A part of another network, of nodes that know their own, is none of these. */
  keep(node: string, part: string): void {
    const base = parseNetwork(part)?.base;
    if (base === undefined || !contains(this.#network, base)) return;
    this.#holders.set(part, node);
    this.#held.set(node, part);
  }

  release(node: string): void {
    const part = this.#held.get(node);
    if (part === undefined) return;
    this.#held.delete(node);
    if (this.#holders.get(part) !== node) return;
    this.#holders.delete(part);
    this.#lowest = Math.min(this.#lowest, parseNetwork(part)?.base ?? this.#lowest);
  }
}
