/** What the proxy must know of one port of a Service, from the Service, its EndpointSlices and the node. Pure. */
import type { corev1, discoveryv1 } from "../../api/mod.ts";
import { isIpv4 } from "../addresses.ts";

export type Protocol = "tcp" | "udp" | "sctp";

export interface Backend {
  readonly address: string;
  readonly port: number;
}

export interface ServicePortModel {
  /** `namespace/name`. */
  readonly service: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly nodePort?: number;
  readonly clusterAddresses: readonly string[];
  /** External IPs and those of a load balancer that leaves them on the packets. */
  readonly externalAddresses: readonly string[];
  /** Only backends of this node: for traffic from inside, and from outside. */
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** A client stays with its backend until it has been silent for so long. */
  readonly affinitySeconds?: number;
  /** What traffic may go to; empty: there is nothing to take it. Sorted. */
  readonly backends: readonly Backend[];
  readonly localBackends: readonly Backend[];
}

export interface NodePlace {
  readonly name?: string | undefined;
  readonly zone?: string | undefined;
  /** Whether pods of that node have no process: nothing answers at their addresses, and packets for them would leave this machine. */
  isSimulated?(nodeName: string): boolean;
}

const proxyNameLabel = "service.kubernetes.io/service-proxy-name";
const defaultAffinitySeconds = 10_800;

/** Empty where the Service is not the proxy's business: headless, an external name, or another proxy's. */
export function serviceModel(
  service: corev1.Service,
  slices: readonly discoveryv1.EndpointSlice[],
  place: NodePlace,
): readonly ServicePortModel[] {
  const { spec, metadata } = service;
  const clusterAddresses = (spec.clusterIPs ?? [spec.clusterIP ?? ""]).filter(isIpv4);
  if (clusterAddresses.length === 0 || spec.type === "ExternalName" || metadata.labels?.[proxyNameLabel]) return [];
  const common = {
    service: `${metadata.namespace}/${metadata.name}`,
    clusterAddresses,
    externalAddresses: externalAddresses(service),
    internalLocal: spec.internalTrafficPolicy === "Local",
    externalLocal: spec.externalTrafficPolicy === "Local",
    ...affinity(spec),
  };
  return (spec.ports ?? []).map((port) => ({
    ...common,
    protocol: (port.protocol ?? "TCP").toLowerCase() as Protocol,
    port: port.port,
    ...(port.nodePort && { nodePort: port.nodePort }),
    ...choose(candidates(port.name ?? "", slices), place),
  }));
}

function externalAddresses({ spec, status }: corev1.Service): readonly string[] {
  const balanced = (status?.loadBalancer?.ingress ?? [])
    .filter(({ ipMode }) => ipMode !== "Proxy")
    .flatMap(({ ip }) => ip ?? []);
  return [...new Set([...(spec.externalIPs ?? []), ...balanced])].filter(isIpv4);
}

function affinity(spec: corev1.ServiceSpec): Pick<ServicePortModel, "affinitySeconds"> {
  if (spec.sessionAffinity !== "ClientIP") return {};
  return { affinitySeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinitySeconds };
}

interface Candidate extends Backend {
  readonly endpoint: discoveryv1.Endpoint;
}

function candidates(portName: string, slices: readonly discoveryv1.EndpointSlice[]): readonly Candidate[] {
  return slices
    .filter(({ addressType }) => addressType === "IPv4")
    .flatMap(({ ports, endpoints }) => {
      const port = ports?.find(({ name }) => (name ?? "") === portName)?.port;
      if (!port) return [];
      return (endpoints ?? []).flatMap((endpoint) => {
        const address = endpoint.addresses[0];
        return address !== undefined && isIpv4(address) ? [{ address, port, endpoint }] : [];
      });
    });
}

const isReady = ({ endpoint: { conditions } }: Candidate) => conditions?.ready !== false;

/** On its way out, but still answering: better than nothing at all. */
function isLastResort({ endpoint: { conditions } }: Candidate): boolean {
  return conditions?.terminating === true && conditions.serving !== false;
}

function choose(found: readonly Candidate[], place: NodePlace): Pick<ServicePortModel, "backends" | "localBackends"> {
  const all = found.filter(({ endpoint: { nodeName } }) => !nodeName || !place.isSimulated?.(nodeName));
  const ready = all.filter(isReady);
  const local = all.filter(({ endpoint }) => place.name !== undefined && endpoint.nodeName === place.name);
  const localReady = local.filter(isReady);
  return {
    backends: unique(ready.length > 0 ? near(ready, place) : all.filter(isLastResort)),
    localBackends: unique(localReady.length > 0 ? localReady : local.filter(isLastResort)),
  };
}

/** Follows the slices' hints where every endpoint has one and some point here. */
function near(ready: readonly Candidate[], { name, zone }: NodePlace): readonly Candidate[] {
  const follow = (hints: (candidate: Candidate) => readonly { readonly name: string }[], here: string | undefined) => {
    if (here === undefined || !ready.every((candidate) => hints(candidate).length > 0)) return [];
    return ready.filter((candidate) => hints(candidate).some((hint) => hint.name === here));
  };
  const onNode = follow(({ endpoint }) => endpoint.hints?.forNodes ?? [], name);
  if (onNode.length > 0) return onNode;
  const inZone = follow(({ endpoint }) => endpoint.hints?.forZones ?? [], zone);
  return inZone.length > 0 ? inZone : ready;
}

function unique(found: readonly Candidate[]): readonly Backend[] {
  const byText = new Map(found.map(({ address, port }) => [`${address}:${port}`, { address, port }]));
  return [...byText.keys()].sort().map((text) => byText.get(text)!);
}
