/** The subsets of a v1 Endpoints object from a service and its pods. Pure. */
import type { corev1 } from "../../api/mod.ts";
import { compareText } from "../support/object.ts";
import { isPodReady } from "../support/pod-state.ts";
import { addressOfFamily, canHaveEndpoint, endpointHostname, targetPortOf } from "./service-pods.ts";

/** Endpoints objects stop here; services with more are served by their slices only. */
export const maxAddresses = 1000;

interface Group {
  readonly ports: corev1.EndpointPort[];
  readonly ready: corev1.EndpointAddress[];
  readonly notReady: corev1.EndpointAddress[];
}

/** Pods that offer the same ports share a subset; subsets, addresses and ports are in a stable order. */
export function subsetsOf(service: corev1.Service, pods: readonly corev1.Pod[]): corev1.EndpointSubset[] {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    if (canHaveEndpoint(pod, false)) addPod(groups, service, pod);
  }
  return [...groups.entries()].sort(([a], [b]) => compareText(a, b)).map(([, group]) => subsetOf(group));
}

function addPod(groups: Map<string, Group>, service: corev1.Service, pod: corev1.Pod): void {
  const address = addressOf(service, pod);
  const ports = portsOf(service, pod);
  // A service with ports of which this pod has none does not reach it; a headless one without ports does, by name.
  if (address === undefined || (ports.length === 0 && (service.spec.ports ?? []).length > 0)) return;
  const key = JSON.stringify(ports);
  const group = groups.get(key) ?? { ports, ready: [], notReady: [] };
  groups.set(key, group);
  const counts = service.spec.publishNotReadyAddresses === true || isPodReady(pod);
  (counts ? group.ready : group.notReady).push(address);
}

function addressOf(service: corev1.Service, pod: corev1.Pod): corev1.EndpointAddress | undefined {
  const ip = addressOfFamily(pod, service.spec.ipFamilies?.[0] === "IPv6" ? "IPv6" : "IPv4");
  if (ip === undefined) return undefined;
  const hostname = endpointHostname(pod, service);
  const { name, namespace, uid } = pod.metadata;
  return {
    ip,
    ...(hostname ? { hostname } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: "Pod", namespace, name, uid },
  };
}

function portsOf(service: corev1.Service, pod: corev1.Pod): corev1.EndpointPort[] {
  const ports: corev1.EndpointPort[] = [];
  for (const servicePort of service.spec.ports ?? []) {
    const port = targetPortOf(pod, servicePort);
    if (port === undefined) continue;
    ports.push({
      ...(servicePort.name ? { name: servicePort.name } : {}),
      port,
      protocol: servicePort.protocol ?? "TCP",
      ...(servicePort.appProtocol ? { appProtocol: servicePort.appProtocol } : {}),
    });
  }
  return ports.sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
}

function subsetOf(group: Group): corev1.EndpointSubset {
  const addresses = group.ready.sort(byAddress);
  const notReadyAddresses = group.notReady.sort(byAddress);
  return {
    ...(addresses.length > 0 ? { addresses } : {}),
    ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
    ...(group.ports.length > 0 ? { ports: group.ports } : {}),
  };
}

function byAddress(a: corev1.EndpointAddress, b: corev1.EndpointAddress): number {
  return compareText(a.ip, b.ip) || compareText(a.targetRef?.uid ?? "", b.targetRef?.uid ?? "");
}

export function countAddresses(subsets: readonly corev1.EndpointSubset[]): number {
  return subsets.reduce((sum, one) => sum + (one.addresses?.length ?? 0) + (one.notReadyAddresses?.length ?? 0), 0);
}

/** At most `maxAddresses`, ready ones first. */
export function truncateSubsets(subsets: readonly corev1.EndpointSubset[]): corev1.EndpointSubset[] {
  let readyLeft = maxAddresses;
  const withReady = subsets.map((subset) => {
    const addresses = (subset.addresses ?? []).slice(0, readyLeft);
    readyLeft -= addresses.length;
    return { subset, addresses };
  });
  let left = readyLeft;
  return withReady.flatMap(({ subset, addresses }) => {
    const notReadyAddresses = (subset.notReadyAddresses ?? []).slice(0, left);
    left -= notReadyAddresses.length;
    if (addresses.length + notReadyAddresses.length === 0) return [];
    return [subsetOf({ ports: subset.ports ?? [], ready: addresses, notReady: notReadyAddresses })];
  });
}
