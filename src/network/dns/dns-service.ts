/**
 * Keeps the Service `kube-dns` and leads it to the nodes that serve DNS. Clients are sent to their own node's server while there is one: names
 * are then looked up without leaving the machine.
 */
import {
  type corev1,
  type Draft,
  type discoveryv1,
  isAlreadyExists,
  isConditionTrue,
  isNotFound,
  resources,
} from "../../api/mod.ts";
import { type Component, type ComponentContext, ControllerLoop, type Informer } from "../../client/mod.ts";
import { internalAddress } from "../routes/routes.ts";
import { dnsPort } from "./announcement.ts";

export interface DnsServiceOptions {
  /** See `dnsAddress`. */
  readonly clusterIP: string;
}

const namespace = "kube-system";
const serviceName = "kube-dns";
const sliceName = "kube-dns-nodes";
const labels = {
  "k8s-app": "kube-dns",
  "kubernetes.io/cluster-service": "true",
  "kubernetes.io/name": "CoreDNS",
} as const;
const metricsPort = 9153;

export class DnsService implements Component {
  readonly name = "dns-service";
  readonly #options: DnsServiceOptions;
  readonly #context: ComponentContext;
  readonly #nodes: Informer<corev1.Node>;
  readonly #services: Informer<corev1.Service>;
  readonly #slices: Informer<discoveryv1.EndpointSlice>;
  readonly #loop: ControllerLoop;
  #unfollow: readonly (() => void)[] = [];

  constructor(options: DnsServiceOptions, context: ComponentContext) {
    this.#options = options;
    this.#context = context;
    this.#nodes = context.informers.informer(resources.nodes);
    this.#services = context.informers.informer(resources.services);
    this.#slices = context.informers.informer(resources.endpointslices);
    const { log, clock } = context;
    this.#loop = new ControllerLoop({
      name: this.name,
      log,
      clock,
      workers: 1,
      reconcile: () => this.#reconcile(),
    });
  }

  async start(): Promise<void> {
    await this.#context.informers.waitForSync(this.#context.signal);
    const changed = () => this.#loop.queue.add(serviceName);
    const own =
      (name: string) => (object: { readonly metadata: { readonly name: string; readonly namespace: string } }) => {
        if (object.metadata.name === name && object.metadata.namespace === namespace) changed();
      };
    // Most nodes of a large cluster serve no DNS, and report themselves all the time.
    const serving = (...nodes: readonly corev1.Node[]) => {
      if (nodes.some((node) => dnsPort(node) !== undefined)) changed();
    };
    this.#unfollow = [
      this.#nodes.addHandler({ add: serving, update: serving, delete: serving }),
      this.#services.addHandler({ delete: own(serviceName) }),
      this.#slices.addHandler({ update: own(sliceName), delete: own(sliceName) }),
    ];
    changed();
    this.#loop.start();
  }

  async stop(): Promise<void> {
    for (const unfollow of this.#unfollow) unfollow();
    await this.#loop.stop();
  }

  async #reconcile(): Promise<void> {
    const service = this.#services.lister.get(serviceName, namespace) ?? (await this.#createService());
    await this.#putSlice(dnsSlice(service, this.#nodes.lister.list()));
  }

  async #createService(): Promise<corev1.Service> {
    const client = this.#context.client.resource(resources.services);
    try {
      return await client.create(dnsService(this.#options.clusterIP));
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      return await client.get(serviceName, { namespace });
    }
  }

  async #putSlice(wanted: Draft<discoveryv1.EndpointSlice>): Promise<void> {
    const client = this.#context.client.resource(resources.endpointslices);
    const present = this.#slices.lister.get(sliceName, namespace);
    if (present && JSON.stringify(comparable(present)) === JSON.stringify(comparable(wanted))) return;
    try {
      await client.update({
        ...wanted,
        metadata: { ...present?.metadata, ...wanted.metadata },
      } as discoveryv1.EndpointSlice);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await client.create(wanted);
    }
  }
}

export function dnsService(clusterIP: string): Draft<corev1.Service> {
  return {
    metadata: { name: serviceName, namespace, labels: { ...labels } },
    spec: {
      type: "ClusterIP",
      clusterIP,
      ports: [
        { name: "dns", protocol: "UDP", port: 53, targetPort: 53 },
        { name: "dns-tcp", protocol: "TCP", port: 53, targetPort: 53 },
        { name: "metrics", protocol: "TCP", port: metricsPort, targetPort: metricsPort },
      ],
      trafficDistribution: "PreferSameNode",
    },
  };
}

/** Ready nodes that serve DNS on the port of the first of them: one slice has one set of ports. */
export function dnsSlice(service: corev1.Service, nodes: readonly corev1.Node[]): Draft<discoveryv1.EndpointSlice> {
  const serving = nodes
    .filter((node) => dnsPort(node) !== undefined && internalAddress(node))
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
  const port = serving[0] ? dnsPort(serving[0]) : undefined;
  const { name, uid } = service.metadata;
  return {
    metadata: {
      name: sliceName,
      namespace,
      labels: {
        ...labels,
        "kubernetes.io/service-name": serviceName,
        "endpointslice.kubernetes.io/managed-by": "dns-service.kubets.dev",
      },
      ownerReferences: [{ apiVersion: "v1", kind: "Service", name, uid, controller: true, blockOwnerDeletion: true }],
    },
    addressType: "IPv4",
    ports:
      port === undefined
        ? []
        : [
            { name: "dns", protocol: "UDP", port },
            { name: "dns-tcp", protocol: "TCP", port },
          ],
    endpoints: serving.filter((node) => dnsPort(node) === port).map(endpointOf),
  };
}

function endpointOf(node: corev1.Node): discoveryv1.Endpoint {
  const { name, uid } = node.metadata;
  const ready = isConditionTrue(node.status?.conditions, "Ready");
  return {
    addresses: [internalAddress(node)!],
    conditions: { ready, serving: ready, terminating: false },
    nodeName: name,
    hints: { forNodes: [{ name }] },
    targetRef: { kind: "Node", name, uid },
  };
}

function comparable({ ports, endpoints }: Pick<Draft<discoveryv1.EndpointSlice>, "ports" | "endpoints">): unknown {
  const sorted = (endpoints ?? []).map(({ addresses, conditions, nodeName }) => [
    nodeName,
    addresses,
    conditions?.ready,
  ]);
  return [(ports ?? []).map(({ name, port }) => [name, port]), sorted];
}
