/** An EndpointSlice's own metadata: labels and owner that follow its Service. Pure. */
import type { corev1, discoveryv1, metav1 } from "../../api/mod.ts";
import { isHeadless } from "../endpoints/service-pods.ts";
import { controllerOf, newControllerReference } from "../support/controller-reference.ts";
import { semanticallyEqual } from "../support/hash.ts";
import type { SliceContent } from "./slice-plan.ts";

export const serviceNameLabel = "kubernetes.io/service-name";
export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
const headlessLabel = "service.kubernetes.io/headless";
const reserved: ReadonlySet<string> = new Set([serviceNameLabel, managedByLabel, headlessLabel]);

/** The service's labels without those that have a meaning on slices, and those. */
export function sliceLabels(service: corev1.Service, manager: string): Record<string, string> {
  const own = Object.entries(service.metadata.labels ?? {}).filter(([name]) => !reserved.has(name));
  return {
    ...Object.fromEntries(own),
    [managedByLabel]: manager,
    [serviceNameLabel]: service.metadata.name,
    ...(isHeadless(service) ? { [headlessLabel]: "" } : {}),
  };
}

export function sliceNeedsUpdate(slice: discoveryv1.EndpointSlice, service: corev1.Service, manager: string): boolean {
  return (
    controllerOf(slice)?.uid !== service.metadata.uid ||
    !semanticallyEqual(slice.metadata.labels, sliceLabels(service, manager))
  );
}

/** The parts of an existing slice's metadata that this controller decides. */
export function sliceMetadata(slice: discoveryv1.EndpointSlice, service: corev1.Service, manager: string) {
  const others = (slice.metadata.ownerReferences ?? []).filter((one) => one.controller !== true);
  return { labels: sliceLabels(service, manager), ownerReferences: [...others, serviceReference(service)] };
}

export function newSlice(
  service: corev1.Service,
  manager: string,
  addressType: "IPv4" | "IPv6",
  content: SliceContent,
) {
  const { name, namespace } = service.metadata;
  return {
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: sliceLabels(service, manager),
      ownerReferences: [serviceReference(service)],
    },
    addressType,
    endpoints: [...content.endpoints],
    ports: [...content.ports],
  };
}

function serviceReference(service: corev1.Service): metav1.OwnerReference {
  return newControllerReference(service, { apiVersion: "v1", kind: "Service" });
}
