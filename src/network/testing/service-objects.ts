/** Services and slices in few words, for tests. */
import type { corev1, discoveryv1 } from "../../api/mod.ts";

export interface EndpointWords {
  readonly address: string;
  readonly node?: string;
  readonly hostname?: string;
  readonly ready?: boolean;
  readonly terminating?: boolean;
  readonly hintNodes?: readonly string[];
}

export function service(name: string, spec: Record<string, unknown>, namespace = "default"): corev1.Service {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec } as unknown as corev1.Service;
}

export function slice(
  name: string,
  ports: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[],
  endpoints: readonly EndpointWords[],
  namespace = "default",
): discoveryv1.EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-1`, namespace, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports,
    endpoints: endpoints.map(endpoint),
  } as unknown as discoveryv1.EndpointSlice;
}

function endpoint({ address, node, hostname, ready = true, terminating, hintNodes }: EndpointWords) {
  return {
    addresses: [address],
    conditions: { ready, serving: ready || terminating === true, terminating: terminating === true },
    ...(node && { nodeName: node }),
    ...(hostname && { hostname }),
    ...(hintNodes && { hints: { forNodes: hintNodes.map((hint) => ({ name: hint })) } }),
  };
}
