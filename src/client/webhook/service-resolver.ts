/**
 * From a Service to an address that this process can dial. The control plane routes to pod addresses but has no service rules, so an
 * endpoint is dialled and never the cluster IP.
 */
import { type corev1, type discoveryv1, resources, type StatusError, statusFailure } from "../../api/mod.ts";
import type { InformerFactory, Lister } from "../contract.ts";

export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  /** A port of the Service, not of its pods. */
  readonly port: number;
}

export interface ServiceAddress {
  /** An address, or for an ExternalName its name. */
  readonly host: string;
  readonly port: number;
}

/** Rejects with a 404 or 503 `StatusError` in upstream's words. */
export interface ServiceResolver {
  resolve(reference: ServiceReference): ServiceAddress | Promise<ServiceAddress>;
}

const serviceLabel = "kubernetes.io/service-name";
const byService = "slices of a service, for dialling";
const simulatedRuntime = "simulated://";

const quote = JSON.stringify;

function failure(code: number, reason: string, message: string, name: string): StatusError {
  return statusFailure(code, reason, message, { name, kind: "service" });
}

function unavailable(message: string, name: string): StatusError {
  return failure(503, "ServiceUnavailable", message, name);
}

/** A plain failure, as upstream answers for kinds of Service that lead nowhere. */
function unsupported(service: corev1.Service): StatusError {
  return failure(500, "InternalError", `unsupported service type ${quote(service.spec.type)}`, service.metadata.name);
}

export interface EndpointResolverOptions {
  readonly informers: InformerFactory;
  /** Answers in [0, 1): which endpoint is taken. Default `Math.random`. */
  readonly random?: () => number;
}

/** Reads Services and EndpointSlices from informers: make it before they start. */
export class EndpointResolver implements ServiceResolver {
  readonly #services: Lister<corev1.Service>;
  readonly #slices: Lister<discoveryv1.EndpointSlice>;
  readonly #nodes: Lister<corev1.Node>;
  readonly #random: () => number;

  constructor({ informers, random = Math.random }: EndpointResolverOptions) {
    const slices = informers.informer(resources.endpointslices);
    slices.addIndex(byService, ({ metadata }) => {
      const name = metadata.labels?.[serviceLabel];
      return name === undefined ? [] : [`${metadata.namespace}/${name}`];
    });
    this.#services = informers.informer(resources.services).lister;
    this.#slices = slices.lister;
    this.#nodes = informers.informer(resources.nodes).lister;
    this.#random = random;
  }

  resolve({ namespace, name, port }: ServiceReference): ServiceAddress {
    const service = this.#services.get(name, namespace);
    if (!service) throw failure(404, "NotFound", `service ${quote(name)} not found`, name);
    if (service.spec.type === "ExternalName") {
      if (service.spec.externalName) return { host: service.spec.externalName, port };
      throw unsupported(service);
    }
    const found = service.spec.ports?.find((one) => one.port === port);
    if (!found) throw unavailable(`no service port ${port} found for service ${quote(name)}`, name);
    return this.#choose(namespace, name, found.name ?? "");
  }

  #choose(namespace: string, name: string, portName: string): ServiceAddress {
    const all = this.#slices.byIndex(byService, `${namespace}/${name}`);
    const candidates = all.flatMap((slice) => this.#candidates(slice, portName));
    const chosen = candidates[Math.floor(this.#random() * candidates.length)];
    if (chosen) return chosen;
    throw unavailable(`no endpoints available for service ${quote(name)}`, name);
  }

  #candidates(slice: discoveryv1.EndpointSlice, portName: string): ServiceAddress[] {
    const port = slice.ports?.find((one) => (one.name ?? "") === portName)?.port;
    if (port === undefined || slice.addressType === "FQDN") return [];
    const ready = (slice.endpoints ?? []).filter((endpoint) => this.#isReachable(endpoint));
    return ready.flatMap(({ addresses }) => addresses.slice(0, 1).map((host) => ({ host, port })));
  }

  /** Nothing answers at a simulated pod's address, and what is sent to it would leave this machine for a stranger's. */
  #isReachable({ conditions, nodeName }: discoveryv1.Endpoint): boolean {
    if (conditions?.ready === false) return false;
    const node = nodeName === undefined ? undefined : this.#nodes.get(nodeName);
    return !node?.status?.nodeInfo?.containerRuntimeVersion?.startsWith(simulatedRuntime);
  }
}
