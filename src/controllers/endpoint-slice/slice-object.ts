/** An EndpointSlice's own metadata: labels and owner that follow its Service. Pure. */
import type { corev1, discoveryv1 } from "../../api/mod.ts";
import { isHeadless } from "../endpoints/service-pods.ts";
import { triggerTimeAnnotation } from "../endpoints/trigger-time.ts";
import { controllerOf, newControllerReference } from "../support/controller-reference.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { joinKey, keyOf } from "../support/object.ts";
import type { SliceOwner } from "./slice-writer.ts";

export const serviceNameLabel = "kubernetes.io/service-name";
export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
const headlessLabel = "service.kubernetes.io/headless";
const reserved: ReadonlySet<string> = new Set([serviceNameLabel, managedByLabel, headlessLabel]);

/** The service's labels without those that have a meaning on slices, and those. */
function sliceLabels(service: corev1.Service, manager: string): Record<string, string> {
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

export function sliceOwner(service: corev1.Service, manager: string, triggered: string): SliceOwner {
  const { name, namespace } = service.metadata;
  return {
    key: keyOf(service),
    name,
    namespace,
    labels: sliceLabels(service, manager),
    annotations: { [triggerTimeAnnotation]: triggered },
    reference: newControllerReference(service, { apiVersion: "v1", kind: "Service" }),
  };
}

/** The key of the object for which this manager wrote the slice; undefined for slices of others. */
export function sliceOwnerKey(slice: discoveryv1.EndpointSlice, manager: string): string | undefined {
  const labels = slice.metadata.labels ?? {};
  const name = labels[serviceNameLabel];
  return labels[managedByLabel] === manager && name ? joinKey(slice.metadata.namespace, name) : undefined;
}
