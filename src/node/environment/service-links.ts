/** Variables that point to services, as Docker's links did: `REDIS_SERVICE_HOST`, `REDIS_PORT_6379_TCP_ADDR`. */
import type { corev1 } from "../../api/mod.ts";

function variableName(text: string): string {
  return text.toUpperCase().replaceAll("-", "_");
}

function hostAndPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function portVariables(prefix: string, host: string, { port, protocol }: corev1.ServicePort): [string, string][] {
  const name = `${prefix}_PORT_${port}_${protocol ?? "TCP"}`;
  const scheme = (protocol ?? "TCP").toLowerCase();
  return [
    [name, `${scheme}://${hostAndPort(host, port)}`],
    [`${name}_PROTO`, scheme],
    [`${name}_PORT`, String(port)],
    [`${name}_ADDR`, host],
  ];
}

function linkVariables(service: corev1.Service): [string, string][] {
  const prefix = variableName(service.metadata.name);
  const host = service.spec.clusterIP!;
  const ports = service.spec.ports ?? [];
  const first = ports[0];
  if (first === undefined) return [];
  const named = ports.filter(({ name }) => name);
  return [
    [`${prefix}_SERVICE_HOST`, host],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...named.map(({ name, port }): [string, string] => [`${prefix}_SERVICE_PORT_${variableName(name!)}`, String(port)]),
    [`${prefix}_PORT`, `${(first.protocol ?? "TCP").toLowerCase()}://${hostAndPort(host, first.port)}`],
    ...ports.flatMap((port) => portVariables(prefix, host, port)),
  ];
}

function hasAddress({ spec }: corev1.Service): boolean {
  return spec.clusterIP !== undefined && spec.clusterIP !== "" && spec.clusterIP !== "None";
}

/** The cluster's own API service is for every pod; the others of the pod's namespace only where links are wanted. */
export function serviceVariables(
  services: readonly corev1.Service[],
  namespace: string,
  links: boolean,
): Map<string, string> {
  const isApi = ({ metadata }: corev1.Service) => metadata.namespace === "default" && metadata.name === "kubernetes";
  const chosen = services.filter(hasAddress).filter((service) => {
    return (links && service.metadata.namespace === namespace) || isApi(service);
  });
  // A service of the namespace stands above the cluster's of the same name.
  chosen.sort((a, b) => Number(a.metadata.namespace === namespace) - Number(b.metadata.namespace === namespace));
  return new Map(chosen.flatMap(linkVariables));
}
