/** Subresources that take the whole object and change one part of it: everything else stays as stored, whatever the request says. */
import type { certificatesv1, corev1, KubernetesObject } from "../../../api/mod.ts";
import { onlyStatus } from "../metadata.ts";
import type { Strategy } from "../strategy.ts";
import type { Confine } from "../update.ts";

/** As the strategy says it; else by resource and subresource; `status` alone is the same for all. */
export function confineOf(
  resource: string,
  subresource: string,
  parts: Strategy<KubernetesObject>["parts"] = {},
): Confine | undefined {
  const own = parts[subresource];
  if (own) return asTyped(own);
  return confines[`${resource}/${subresource}`] ?? (subresource === "status" ? onlyStatus : undefined);
}

const confines: Readonly<Record<string, Confine>> = Object.freeze({
  "deployments/status": (next, old) => {
    const { labels: _, ...metadata } = next.metadata;
    const { labels } = old.metadata;
    return onlyStatus({ ...next, metadata: { ...metadata, ...(labels && { labels }) } }, old);
  },
  // The metadata goes along, as with the status.
  "namespaces/finalize": (next, old) => {
    const { finalizers: _, ...spec } = (old as corev1.Namespace).spec ?? {};
    const { finalizers } = (next as corev1.Namespace).spec ?? {};
    const finalized = { ...spec, ...(finalizers && finalizers.length > 0 && { finalizers }) };
    return { ...old, metadata: next.metadata, spec: finalized } as KubernetesObject;
  },
  "certificatesigningrequests/approval": (next, old) => {
    const { conditions: _, ...status } = (old as certificatesv1.CertificateSigningRequest).status ?? {};
    const { conditions } = (next as certificatesv1.CertificateSigningRequest).status ?? {};
    const approved = { ...next, status: { ...status, ...(conditions && { conditions }) } };
    // As with the status, metadata may change along.
    return onlyStatus(approved, old);
  },
  "pods/ephemeralcontainers": asTyped<corev1.Pod>((next, old) => {
    const { ephemeralContainers: _, ...spec } = old.spec;
    const { ephemeralContainers } = next.spec;
    return { ...old, spec: { ...spec, ...(ephemeralContainers && { ephemeralContainers }) } };
  }),
  "pods/resize": asTyped<corev1.Pod>((next, old) => {
    const { initContainers } = old.spec;
    const containers = resized(old.spec.containers, next.spec.containers);
    const { resources: _, ...others } = old.spec;
    const { resources } = next.spec;
    const spec: corev1.PodSpec = { ...others, containers, ...(resources && { resources }) };
    if (initContainers) spec.initContainers = resized(initContainers, next.spec.initContainers ?? []);
    return { ...old, spec };
  }),
});

function asTyped<T extends KubernetesObject>(change: (next: T, old: T) => T): Confine {
  return (next, old) => {
    const object = change(next as T, old as T);
    const { managedFields: _, ...metadata } = old.metadata;
    const { managedFields } = next.metadata;
    return { ...object, metadata: { ...metadata, ...(managedFields && { managedFields }) } };
  };
}

/** What is no container of the pod's is kept, to be refused when it is judged. */
function resized(containers: readonly corev1.Container[], wanted: readonly corev1.Container[]): corev1.Container[] {
  if (containers.length !== wanted.length) return [...wanted];
  return containers.map((container) => {
    const other = wanted.find(({ name }) => name === container.name);
    if (!other) return container;
    const { resizePolicy: _, ...rest } = container;
    const { resources = container.resources, resizePolicy } = other;
    return { ...rest, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) };
  });
}
