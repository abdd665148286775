/** Many simulated nodes in one process: one watch of pods, one node API, an agent and a runtime for each node. */
import { type corev1, resources } from "../../api/mod.ts";
import type { Component, ComponentContext } from "../../client/mod.ts";
import { NodeAgent } from "../agent.ts";
import { nodeConfiguration } from "../configuration.ts";
import { ConfigStore } from "../environment/config-store.ts";
import type { ServingOptions } from "../options.ts";
import { Slots } from "../pod/slots.ts";
import { SharedPods } from "../pod-source.ts";
import { NodeServer } from "../server/node-server.ts";
import { SimulatedRuntime } from "./simulated-runtime.ts";

export interface SimulatedNode {
  readonly name: string;
  readonly address: string;
  /** The range of its pods' addresses. */
  readonly podCidr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly capacity?: Readonly<Record<string, string>>;
}

export interface SimulatedNodesOptions {
  readonly nodes: readonly SimulatedNode[];
  readonly dns: { readonly clusterDns: readonly string[]; readonly clusterDomain: string };
  /** The node API that all of them share; absent: none, and no logs or exec. */
  readonly serving?: ServingOptions;
}

/** What a simulated node says it has, unless told otherwise. */
const defaultCapacity = { cpu: "8", memory: "32Gi", "ephemeral-storage": "100Gi" };
const startsAtOnce = 128;
/** A hundred leases a second are written, beside nodes that are still to come. They are renewed every ten seconds. */
const leases = { apartMs: 10, withinMs: 10_000 };

export class SimulatedNodes implements Component {
  readonly name = "simulated-nodes";
  readonly #options: SimulatedNodesOptions;
  readonly #context: ComponentContext;
  readonly #pods: SharedPods;
  readonly #config: ConfigStore;
  #agents: readonly NodeAgent[] = [];
  #server: NodeServer | undefined;
  #unfollow = () => {};

  constructor(options: SimulatedNodesOptions, context: ComponentContext) {
    this.#options = options;
    this.#context = context;
    this.#pods = new SharedPods(context.informers);
    this.#config = new ConfigStore(context.client, context.clock, context.log);
  }

  /** Resolves when every node is registered and Ready. */
  async start(): Promise<void> {
    const { nodes } = this.#options;
    this.#context.signal.addEventListener("abort", () => void this.stop(), { once: true });
    const port = await this.#serve();
    this.#agents = nodes.map((node, index) => this.#agent(node, index, port));
    const slots = new Slots(startsAtOnce);
    await Promise.all(this.#agents.map((agent) => slots.run(() => agent.start())));
    this.#unfollow = this.#followNodes();
  }

  /** One handler for all: a change of one node is looked at by its own agent alone. */
  #followNodes(): () => void {
    const byName = new Map(this.#options.nodes.map(({ name }, index) => [name, this.#agents[index]!]));
    return this.#context.informers.informer(resources.nodes).addHandler({
      update: (node, old) => concernsAgent(node, old) && byName.get(node.metadata.name)?.nodeChanged(node),
    });
  }

  async stop(): Promise<void> {
    this.#unfollow();
    await Promise.all(this.#agents.map((agent) => agent.stop()));
    this.#config.close();
    await this.#server?.stop();
    this.#server = undefined;
  }

  #agent(node: SimulatedNode, index: number, nodeApiPort: number): NodeAgent {
    const { dns } = this.#options;
    const runtime = new SimulatedRuntime({ podCidr: node.podCidr, clock: this.#context.clock });
    return new NodeAgent(
      {
        nodeName: node.name,
        runtime,
        addresses: [node.address],
        dns,
        rootDirectory: "/",
        capacity: { ...defaultCapacity, ...node.capacity },
        podCidr: node.podCidr,
        shared: {
          pods: this.#pods.of(node.name),
          config: this.#config,
          leaseAfterMs: (index * leases.apartMs) % leases.withinMs,
        },
        nodeApiPort,
        ...(node.labels && { labels: node.labels }),
      },
      this.#context,
    );
  }

  async #serve(): Promise<number> {
    const { serving } = this.#options;
    if (serving === undefined) return 0;
    const directory = {
      find: async (namespace: string, name: string, uid?: string) => {
        for (const agent of this.#agents) {
          const found = await agent.directory?.find(namespace, name, uid);
          if (found) return found;
        }
        return undefined;
      },
      list: () => this.#agents.flatMap((agent) => agent.directory?.list() ?? []),
      // Nothing runs, so there is nothing to add up: any node's figures are all nodes'.
      stats: () => this.#agents[0]!.directory!.stats(),
      usage: () => this.#agents[0]!.directory!.usage(),
      configuration: () => nodeConfiguration(this.#options, false),
    };
    this.#server = new NodeServer(serving, directory, this.#context);
    return this.#server.start();
  }
}

/** Its status, and whether it is cordoned. */
function concernsAgent({ spec, status }: corev1.Node, old: corev1.Node): boolean {
  return status !== old.status || spec.unschedulable !== old.spec.unschedulable;
}
