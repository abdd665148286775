/** Which pods stand behind which services, and on which ports. Shared by the Endpoints and the EndpointSlice controller. */
import type { corev1 } from "../../api/mod.ts";
import type { EventHandler, Lister } from "../../client/mod.ts";
import { isDeleting } from "../support/object.ts";
import { isPodReady, isPodTerminal } from "../support/pod-state.ts";

/** Services without a selector have their endpoints written by somebody else. */
export function hasSelector(service: corev1.Service): boolean {
  return Object.keys(service.spec.selector ?? {}).length > 0;
}

export function selects(service: corev1.Service, labels: Readonly<Record<string, string>> | undefined): boolean {
  const wanted = Object.entries(service.spec.selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels?.[key] === value);
}

/** Services of the pod's namespace that the pod, by its labels, stands behind. */
function servicesOf(pod: corev1.Pod, services: Lister<corev1.Service>): corev1.Service[] {
  return services.list(pod.metadata.namespace).filter((service) => selects(service, pod.metadata.labels));
}

/** Has the services of a pod looked at when it comes, goes, or changes something that endpoints show. */
export function podHandler(
  services: Lister<corev1.Service>,
  enqueue: (service: corev1.Service) => void,
): EventHandler<corev1.Pod> {
  const look = (pod: corev1.Pod) => servicesOf(pod, services).forEach(enqueue);
  return {
    add: look,
    update: (pod, old) => {
      if (!endpointChanged(pod, old)) return;
      look(pod);
      if (labelsChanged(pod, old)) look(old);
    },
    delete: look,
  };
}

/** Something that endpoints show has changed. Status updates that change nothing else are most of all pod updates. */
function endpointChanged(pod: corev1.Pod, old: corev1.Pod): boolean {
  return (
    isDeleting(pod) !== isDeleting(old) ||
    isPodReady(pod) !== isPodReady(old) ||
    isPodTerminal(pod) !== isPodTerminal(old) ||
    pod.spec.nodeName !== old.spec.nodeName ||
    pod.spec.hostname !== old.spec.hostname ||
    pod.spec.subdomain !== old.spec.subdomain ||
    podAddresses(pod).join() !== podAddresses(old).join() ||
    labelsChanged(pod, old)
  );
}

function labelsChanged(pod: corev1.Pod, old: corev1.Pod): boolean {
  const now = pod.metadata.labels ?? {};
  const before = old.metadata.labels ?? {};
  const keys = Object.keys(now);
  return keys.length !== Object.keys(before).length || keys.some((key) => now[key] !== before[key]);
}

/** Addresses of all families; empty until the pod has a sandbox. */
function podAddresses(pod: corev1.Pod): string[] {
  const addresses = (pod.status?.podIPs ?? []).flatMap((one) => (one.ip ? [one.ip] : []));
  return addresses.length > 0 ? addresses : pod.status?.podIP ? [pod.status.podIP] : [];
}

/** The pod's address of one family. */
export function addressOfFamily(pod: corev1.Pod, family: "IPv4" | "IPv6"): string | undefined {
  return podAddresses(pod).find((address) => address.includes(":") === (family === "IPv6"));
}

/** A pod that can have an endpoint at all. */
export function canHaveEndpoint(pod: corev1.Pod, includeTerminating: boolean): boolean {
  return !isPodTerminal(pod) && podAddresses(pod).length > 0 && (includeTerminating || !isDeleting(pod));
}

/** The number behind a service port on this pod; undefined where the pod has no port of that name. */
export function targetPortOf(pod: corev1.Pod, servicePort: corev1.ServicePort): number | undefined {
  const target = servicePort.targetPort ?? servicePort.port;
  if (typeof target === "number") return target === 0 ? servicePort.port : target;
  if (target === "") return servicePort.port;
  const protocol = servicePort.protocol ?? "TCP";
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === "Always");
  for (const container of [...pod.spec.containers, ...sidecars]) {
    const port = container.ports?.find((one) => one.name === target && (one.protocol ?? "TCP") === protocol);
    if (port !== undefined) return port.containerPort;
  }
  return undefined;
}

export function isHeadless(service: corev1.Service): boolean {
  return service.spec.clusterIP === "None";
}

/** The pod's own name under the service's domain, where both agree on it. */
export function endpointHostname(pod: corev1.Pod, service: corev1.Service): string | undefined {
  const { hostname, subdomain } = pod.spec;
  const named =
    hostname && subdomain === service.metadata.name && pod.metadata.namespace === service.metadata.namespace;
  return named ? hostname : undefined;
}

/** Selected pods of the service's namespace. */
export function podsOf(service: corev1.Service, pods: Lister<corev1.Pod>): corev1.Pod[] {
  return pods.list(service.metadata.namespace).filter((pod) => selects(service, pod.metadata.labels));
}
