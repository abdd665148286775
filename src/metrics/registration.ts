/**
 * Keeps the objects by which a cluster knows its metrics server: the APIService, its Service with an EndpointSlice, and the role of its
 * readers. Where somebody has another server under the same group, there is none of ours.
 */
import {
  type apiregistrationv1,
  clone,
  type corev1,
  type Draft,
  type discoveryv1,
  ignoreNotFound,
  isAlreadyExists,
  type KubernetesObject,
  type ResourceInfo,
  type rbacv1,
  resources,
} from "../api/mod.ts";
import { type Client, type ComponentContext, ControllerLoop, type Informer } from "../client/mod.ts";
import { group, version } from "./schema.ts";

export interface Reached {
  /** An address that slices may name; absent: it is reached on this machine alone. */
  readonly address?: string;
  readonly port: number;
}

const name = "metrics-server";
const namespace = "kube-system";
const apiServiceName = `${version}.${group}`;
const roleName = "system:aggregated-metrics-reader";
const labels = { "k8s-app": name } as const;
const portName = "https";

type APIService = apiregistrationv1.APIService;

export class Registration {
  readonly #context: ComponentContext;
  readonly #apiServices: Informer<APIService>;
  readonly #services: Informer<corev1.Service>;
  readonly #slices: Informer<discoveryv1.EndpointSlice>;
  readonly #roles: Informer<rbacv1.ClusterRole>;
  readonly #loop: ControllerLoop;
  #reached: Reached | undefined;
  #unfollow: readonly (() => void)[] = [];

  constructor(context: ComponentContext) {
    this.#context = context;
    const { informers, log, clock } = context;
    this.#apiServices = informers.informer(resources.apiservices);
    this.#services = informers.informer(resources.services);
    this.#slices = informers.informer(resources.endpointslices);
    this.#roles = informers.informer(resources.clusterroles);
    this.#loop = new ControllerLoop({
      name: "metrics-server-registration",
      log,
      clock,
      workers: 1,
      reconcile: () => this.#reconcile(),
    });
  }

  /** Whether figures are asked of this server, as far as is known. */
  get isOurs(): boolean {
    return !isForeign(this.#apiServices.lister.get(apiServiceName), this.#services.lister.get(name, namespace));
  }

  start(reached: Reached): void {
    this.#reached = reached;
    const changed = (own: string) => {
      const tell = ({ metadata }: KubernetesObject) => {
        if (metadata.name === own && (metadata.namespace ?? namespace) === namespace) this.#loop.queue.add(name);
      };
      return { add: tell, update: tell, delete: tell };
    };
    this.#unfollow = [
      this.#apiServices.addHandler(changed(apiServiceName)),
      this.#services.addHandler(changed(name)),
      this.#slices.addHandler(changed(name)),
      this.#roles.addHandler(changed(roleName)),
    ];
    this.#loop.queue.add(name);
    this.#loop.start();
  }

  async stop(): Promise<void> {
    for (const unfollow of this.#unfollow) unfollow();
    await this.#loop.stop();
  }

  async #reconcile(): Promise<void> {
    const reached = this.#reached!;
    const { client } = this.#context;
    const slice = this.#slices.lister.get(name, namespace);
    if (!this.isOurs) {
      if (slice) await client.resource(resources.endpointslices).delete(name, { namespace }).catch(ignoreNotFound);
      return;
    }
    const service = await this.#keepService(serviceFor(reached));
    if (reached.address !== undefined) await this.#keepSlice(sliceFor(service, reached.address, reached.port), slice);
    await this.#create(resources.clusterroles, readerRole(), this.#roles);
    await this.#keepApiService(apiServiceFor(reached));
  }

  async #keepService(wanted: Draft<corev1.Service>): Promise<corev1.Service> {
    const present = this.#services.lister.get(name, namespace);
    if (present?.spec.type === wanted.spec.type) return present!;
    const services = this.#context.client.resource(resources.services);
    // The data of a cluster may be taken up by one that is reached in another way.
    if (present) await services.delete(name, { namespace }).catch(ignoreNotFound);
    return services.create(wanted).catch((error: unknown) => {
      if (isAlreadyExists(error)) return services.get(name, { namespace });
      throw error;
    });
  }

  async #keepSlice(
    wanted: Draft<discoveryv1.EndpointSlice>,
    present: discoveryv1.EndpointSlice | undefined,
  ): Promise<void> {
    if (!present) return this.#create(resources.endpointslices, wanted, this.#slices);
    const shown = ({ endpoints, ports }: Pick<typeof wanted, "endpoints" | "ports">) =>
      JSON.stringify([endpoints?.map(({ addresses }) => addresses), ports?.map(({ port }) => port)]);
    if (shown(present) === shown(wanted)) return;
    const { endpoints, ports } = wanted;
    const next = { ...clone(present), endpoints, ports } as discoveryv1.EndpointSlice;
    await this.#context.client.resource(resources.endpointslices).update(next);
  }

  async #keepApiService(wanted: Draft<APIService>): Promise<void> {
    const present = this.#apiServices.lister.get(apiServiceName);
    if (!present) return this.#create(resources.apiservices, wanted, this.#apiServices);
    const portOf = ({ spec }: Pick<typeof wanted, "spec">) => spec.service?.port ?? servicePort;
    if (portOf(present) === portOf(wanted)) return;
    const next = clone(present);
    next.spec.service = { ...next.spec.service, port: portOf(wanted) };
    await this.#context.client.resource(resources.apiservices).update(next);
  }

  async #create<T extends KubernetesObject>(
    resource: ResourceInfo<T>,
    wanted: Draft<T>,
    { lister }: Informer<T>,
  ): Promise<void> {
    const { metadata } = wanted as { metadata: { name: string; namespace?: string } };
    if (lister.get(metadata.name, metadata.namespace)) return;
    await this.#context.client
      .resource(resource)
      .create(wanted)
      .catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
  }
}

/** Somebody's own server: the APIService leads elsewhere, or the Service chooses pods. */
export function isForeign(apiService: APIService | undefined, service: corev1.Service | undefined): boolean {
  if (Object.keys(service?.spec.selector ?? {}).length > 0) return true;
  if (!apiService) return false;
  const to = apiService.spec.service;
  return to?.name !== name || to.namespace !== namespace;
}

/** Takes away what `Registration` keeps, unless that is somebody else's by now. */
export async function unregister(client: Client): Promise<void> {
  const find = <T extends KubernetesObject>(resource: ResourceInfo<T>, own: string, options = {}) =>
    client.resource(resource).get(own, options).catch(ignoreNotFound);
  const apiService = await find(resources.apiservices, apiServiceName);
  if (!apiService) return;
  const service = await find(resources.services, name, { namespace });
  if (isForeign(apiService, service)) return;
  await client.resource(resources.apiservices).delete(apiServiceName).catch(ignoreNotFound);
  await client.resource(resources.endpointslices).delete(name, { namespace }).catch(ignoreNotFound);
  await client.resource(resources.services).delete(name, { namespace }).catch(ignoreNotFound);
  await client.resource(resources.clusterroles).delete(roleName).catch(ignoreNotFound);
}

const servicePort = 443;

function serviceFor({ address }: Reached): Draft<corev1.Service> {
  const metadata = { name, namespace, labels: { ...labels } };
  if (address === undefined) return { metadata, spec: { type: "ExternalName", externalName: "localhost" } };
  const port = {
    name: portName,
    port: servicePort,
    protocol: "TCP" as const,
    targetPort: portName,
    appProtocol: "https",
  };
  return { metadata, spec: { type: "ClusterIP", ports: [port] } };
}

function sliceFor(service: corev1.Service, address: string, port: number): Draft<discoveryv1.EndpointSlice> {
  const { uid } = service.metadata;
  return {
    metadata: {
      name,
      namespace,
      labels: {
        ...labels,
        "kubernetes.io/service-name": name,
        "endpointslice.kubernetes.io/managed-by": "metrics-server.kubets.dev",
      },
      ownerReferences: [{ apiVersion: "v1", kind: "Service", name, uid, controller: true, blockOwnerDeletion: true }],
    },
    addressType: address.includes(":") ? "IPv6" : "IPv4",
    ports: [{ name: portName, protocol: "TCP", port, appProtocol: "https" }],
    endpoints: [{ addresses: [address], conditions: { ready: true, serving: true, terminating: false } }],
  };
}

/** As upstream's manifest has it, so that the manifest can be applied over it. */
function apiServiceFor({ address, port }: Reached): Draft<APIService> {
  return {
    metadata: { name: apiServiceName, labels: { ...labels } },
    spec: {
      group,
      version,
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name, namespace, port: address === undefined ? port : servicePort },
    },
  };
}

function readerRole(): Draft<rbacv1.ClusterRole> {
  const aggregated = ["view", "edit", "admin"].map((to) => [`rbac.authorization.k8s.io/aggregate-to-${to}`, "true"]);
  return {
    metadata: { name: roleName, labels: { ...labels, ...Object.fromEntries(aggregated) } },
    rules: [{ apiGroups: [group], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] }],
  };
}
