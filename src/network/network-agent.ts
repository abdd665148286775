/** The network of one node: CNI configuration, routes to other nodes' pods, the service proxy and DNS. */
import { readFile } from "node:fs/promises";
import { type corev1, ignoreNotFound, resources } from "../api/mod.ts";
import type { Client, Component, ComponentContext, Informer } from "../client/mod.ts";
import { type CniOptions, writeCniConfiguration } from "./cni/configuration.ts";
import { dnsAnnotation, standardDnsPort } from "./dns/announcement.ts";
import { Resolver } from "./dns/resolver.ts";
import { DnsServer } from "./dns/server.ts";
import { parseResolvConf, Upstream } from "./dns/upstream.ts";
import { InformedView } from "./dns/view.ts";
import { Zone } from "./dns/zone.ts";
import { ServiceProxy } from "./proxy/service-proxy.ts";
import { RouteSync } from "./routes/route-sync.ts";
import { podNetworks } from "./routes/routes.ts";

export interface DnsOptions {
  /** Default 53. */
  readonly port?: number;
  /** Default `cluster.local`. */
  readonly domain?: string;
  /** Names the servers for all other names; absent: there are none, and other names do not exist. */
  readonly resolvConf?: string;
  /** Never asked for other names: the cluster's own DNS. */
  readonly ownAddresses?: readonly string[];
}

export interface NetworkAgentOptions {
  /** Absent where this is no node, but reaches pods and Services all the same: the control plane's namespace. */
  readonly nodeName?: string;
  /** The whole cluster's, `10.244.0.0/16`. */
  readonly podNetwork: string;
  /** Absent: this agent configures no container runtime. */
  readonly cni?: CniOptions;
  /** The node's own, on which its DNS server listens; absent: no DNS here. */
  readonly address?: string;
  readonly dns?: DnsOptions;
  /** Writes to the Node that it serves DNS; default: the context's. An identity that only reads Services may not. */
  readonly nodeClient?: Client;
  /** Path of the network namespace for routes and rules; default: this process's own. DNS always listens in this process's own. */
  readonly namespace?: string;
}

/** Seconds for which clients may remember an answer. */
const dnsTtl = 5;

export class NetworkAgent implements Component {
  readonly name = "network-agent";
  readonly #options: NetworkAgentOptions;
  readonly #context: ComponentContext;
  readonly #nodes: Informer<corev1.Node>;
  readonly #routes: RouteSync;
  readonly #proxy: ServiceProxy;
  readonly #view: InformedView;
  #dns: DnsServer | undefined;
  #unfollow = () => {};
  #podNetwork: string | undefined;
  /** One change of the node after the other: they write the same file. */
  #settingUp: Promise<void> = Promise.resolve();

  constructor(options: NetworkAgentOptions, context: ComponentContext) {
    const { nodeName, podNetwork, namespace } = options;
    this.#options = options;
    this.#context = context;
    this.#nodes = context.informers.informer(resources.nodes);
    this.#routes = new RouteSync({ nodeName, namespace }, context);
    this.#proxy = new ServiceProxy({ nodeName, namespace, podNetwork }, context);
    this.#view = new InformedView(context.informers);
  }

  /** Resolves when routes and rules are in place and DNS answers; the pod network follows when the node has been given one. */
  async start(): Promise<void> {
    await this.#context.informers.waitForSync(this.#context.signal);
    await Promise.all([this.#routes.start(), this.#proxy.start(), this.#startDns()]);
    const own = (node: corev1.Node) => {
      if (node.metadata.name === this.#options.nodeName)
        this.#settingUp = this.#settingUp.then(() => this.#onNode(node));
    };
    this.#unfollow = this.#nodes.addHandler({ add: own, update: own });
  }

  /** Routes and rules stay, for the pods that go on running. */
  async stop(): Promise<void> {
    this.#unfollow();
    await Promise.all([this.#routes.stop(), this.#proxy.stop(), this.#dns?.stop()]);
    this.#dns = undefined;
  }

  async #startDns(): Promise<void> {
    const { address, dns = {} } = this.#options;
    if (address === undefined) return;
    const { log, clock } = this.#context;
    const serial = Math.floor(clock.now() / 1000);
    const zone = new Zone(this.#view, {
      domain: dns.domain ?? "cluster.local",
      ttl: dnsTtl,
      random: Math.random,
      serial,
    });
    const resolver = new Resolver(zone, new Upstream(await readNameServers(dns, address)));
    this.#dns = new DnsServer({ address, port: dns.port ?? standardDnsPort, resolver, log });
    await this.#dns.start();
  }

  async #onNode(node: corev1.Node): Promise<void> {
    try {
      await this.#configureRuntime(node);
      await this.#announce(node);
    } catch (error) {
      this.#context.log.warn({ node: node.metadata.name, err: error }, "setting up the node's network failed");
    }
  }

  async #configureRuntime(node: corev1.Node): Promise<void> {
    const { cni } = this.#options;
    const [podNetwork] = podNetworks(node);
    if (!cni || podNetwork === undefined || podNetwork === this.#podNetwork) return;
    await writeCniConfiguration(podNetwork, cni);
    this.#podNetwork = podNetwork;
    this.#context.log.info({ podNetwork }, "pod network configured");
  }

  /** Again whenever the annotation is missing: a node that registers anew begins without it. */
  async #announce(node: corev1.Node): Promise<void> {
    const port = this.#dns && String(this.#dns.port);
    const known = this.#nodes.lister.get(node.metadata.name) ?? node;
    if (port === undefined || known.metadata.annotations?.[dnsAnnotation] === port) return;
    const client = this.#options.nodeClient ?? this.#context.client;
    const patch = { metadata: { annotations: { [dnsAnnotation]: port } } };
    await client.resource(resources.nodes).patch(node.metadata.name, patch, { type: "merge" }).catch(ignoreNotFound);
  }
}

async function readNameServers({ resolvConf, ownAddresses = [] }: DnsOptions, address: string) {
  if (resolvConf === undefined) return [];
  return parseResolvConf(await readFile(resolvConf, "utf8"), [address, ...ownAddresses]);
}
