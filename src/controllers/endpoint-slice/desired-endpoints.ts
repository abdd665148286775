/** The endpoints that a service's slices should hold, grouped by the ports they serve. Pure. */
import type { corev1, discoveryv1 } from "../../api/mod.ts";
import { addressOfFamily, canHaveEndpoint, endpointHostname, targetPortOf } from "../endpoints/service-pods.ts";
import { compareText, isDeleting } from "../support/object.ts";
import { isPodReady } from "../support/pod-state.ts";

export type AddressType = "IPv4" | "IPv6";

/** Endpoints that share their ports; `key` names the ports. */
export interface EndpointGroup {
  readonly key: string;
  readonly ports: readonly discoveryv1.EndpointPort[];
  readonly endpoints: discoveryv1.Endpoint[];
}

export interface DesiredInput {
  readonly service: corev1.Service;
  readonly pods: readonly corev1.Pod[];
  readonly addressType: AddressType;
  nodeOf(name: string): corev1.Node | undefined;
}

export function desiredGroups(input: DesiredInput): Map<string, EndpointGroup> {
  const groups = new Map<string, EndpointGroup>();
  for (const pod of input.pods) {
    if (!canHaveEndpoint(pod, true)) continue;
    const endpoint = endpointOf(input, pod);
    if (endpoint === undefined) continue;
    const ports = portsOf(input.service, pod);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { key, ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpoint);
  }
  return groups;
}

/** Independent of the order of ports. */
export function portsKey(ports: readonly discoveryv1.EndpointPort[] | undefined): string {
  const texts = (ports ?? []).map((one) =>
    [one.name ?? "", one.protocol ?? "TCP", one.port ?? "", one.appProtocol ?? ""].join(","),
  );
  return texts.sort(compareText).join(";");
}

function portsOf(service: corev1.Service, pod: corev1.Pod): discoveryv1.EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = targetPortOf(pod, servicePort);
    if (port === undefined) return [];
    const { appProtocol } = servicePort;
    return [
      {
        name: servicePort.name ?? "",
        protocol: servicePort.protocol ?? "TCP",
        port,
        ...(appProtocol ? { appProtocol } : {}),
      },
    ];
  });
}

/** Undefined where the pod has no address of the family. */
function endpointOf(input: DesiredInput, pod: corev1.Pod): discoveryv1.Endpoint | undefined {
  const address = addressOfFamily(pod, input.addressType);
  if (address === undefined) return undefined;
  const { nodeName } = pod.spec;
  const zone = nodeName ? input.nodeOf(nodeName)?.metadata.labels?.["topology.kubernetes.io/zone"] : undefined;
  const hostname = endpointHostname(pod, input.service);
  const { name, namespace, uid } = pod.metadata;
  const endpoint: discoveryv1.Endpoint = {
    addresses: [address],
    conditions: conditionsOf(input.service, pod),
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(zone ? { zone } : {}),
    targetRef: { kind: "Pod", namespace, name, uid },
  };
  const hints = hintsOf(input.service, endpoint);
  return hints === undefined ? endpoint : { ...endpoint, hints };
}

/** Serving says whether the pod would answer; ready also that it is not going away, unless the service publishes such pods too. */
function conditionsOf(service: corev1.Service, pod: corev1.Pod): discoveryv1.EndpointConditions {
  const serving = isPodReady(pod);
  const terminating = isDeleting(pod);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  return { ready, serving, terminating };
}

/** KEP-4444 and KEP-3015: traffic prefers its own zone, or its own node. */
function hintsOf(service: corev1.Service, endpoint: discoveryv1.Endpoint): discoveryv1.EndpointHints | undefined {
  const distribution = service.spec.trafficDistribution;
  if (distribution === undefined || endpoint.conditions?.ready !== true) return undefined;
  const zones = endpoint.zone ? { forZones: [{ name: endpoint.zone }] } : {};
  const nodes =
    distribution === "PreferSameNode" && endpoint.nodeName ? { forNodes: [{ name: endpoint.nodeName }] } : {};
  const hints = { ...zones, ...nodes };
  return Object.keys(hints).length > 0 ? hints : undefined;
}
