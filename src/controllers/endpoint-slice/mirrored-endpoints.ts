/** The slices that a hand-written Endpoints object amounts to. Pure. */
import type { corev1, discoveryv1 } from "../../api/mod.ts";
import { controllerOf, newControllerReference } from "../support/controller-reference.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { keyOf } from "../support/object.ts";
import { type AddressType, type EndpointGroup, portsKey } from "./desired-endpoints.ts";
import { managedByLabel, serviceNameLabel } from "./slice-object.ts";
import type { SliceOwner } from "./slice-writer.ts";

const skipLabel = "endpointslice.kubernetes.io/skip-mirror";
const leaderAnnotation = "control-plane.alpha.kubernetes.io/leader";
const notMirrored: ReadonlySet<string> = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "endpoints.kubernetes.io/last-change-trigger-time",
]);
/** Addresses of one subset that are mirrored. */
const maxAddresses = 1000;

/** Its author may not want it, and an election's record is nobody's endpoints. */
export function isMirrored(endpoints: corev1.Endpoints): boolean {
  return endpoints.metadata.labels?.[skipLabel] !== "true" && !endpoints.metadata.annotations?.[leaderAnnotation];
}

export function mirrorOwner(endpoints: corev1.Endpoints, manager: string): SliceOwner {
  const { name, namespace } = endpoints.metadata;
  const annotations = Object.entries(endpoints.metadata.annotations ?? {}).filter(([key]) => !notMirrored.has(key));
  return {
    key: keyOf(endpoints),
    name,
    namespace,
    labels: { ...endpoints.metadata.labels, [serviceNameLabel]: name, [managedByLabel]: manager },
    annotations: Object.fromEntries(annotations),
    reference: newControllerReference(endpoints, { apiVersion: "v1", kind: "Endpoints" }),
  };
}

export function mirrorNeedsUpdate(slice: discoveryv1.EndpointSlice, owner: SliceOwner): boolean {
  return (
    controllerOf(slice)?.uid !== owner.reference.uid ||
    !semanticallyEqual(slice.metadata.labels, owner.labels) ||
    !semanticallyEqual(slice.metadata.annotations ?? {}, owner.annotations ?? {})
  );
}

/** Endpoints of one family, by the ports that they serve. */
export function mirroredGroups(endpoints: corev1.Endpoints, addressType: AddressType): Map<string, EndpointGroup> {
  const groups = new Map<string, EndpointGroup>();
  for (const subset of endpoints.subsets ?? []) {
    const mirrored = [
      ...(subset.addresses ?? []).map((address) => endpointOf(address, true)),
      ...(subset.notReadyAddresses ?? []).map((address) => endpointOf(address, false)),
    ].slice(0, maxAddresses);
    const ofFamily = mirrored.filter((one) => one.addresses[0]?.includes(":") === (addressType === "IPv6"));
    if (ofFamily.length > 0) addToGroup(groups, portsOf(subset), ofFamily);
  }
  return groups;
}

function addToGroup(
  groups: Map<string, EndpointGroup>,
  ports: discoveryv1.EndpointPort[],
  endpoints: readonly discoveryv1.Endpoint[],
): void {
  const key = portsKey(ports);
  const group = groups.get(key) ?? { key, ports, endpoints: [] };
  groups.set(key, group);
  group.endpoints.push(...endpoints);
}

function endpointOf(address: corev1.EndpointAddress, ready: boolean): discoveryv1.Endpoint {
  const { ip, hostname, nodeName, targetRef } = address;
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  };
}

function portsOf(subset: corev1.EndpointSubset): discoveryv1.EndpointPort[] {
  return (subset.ports ?? []).map(({ name, protocol, port, appProtocol }) => ({
    name: name ?? "",
    protocol: protocol ?? "TCP",
    port,
    ...(appProtocol ? { appProtocol } : {}),
  }));
}
