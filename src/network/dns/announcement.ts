/** How a node says that it serves DNS: the Service of the cluster's DNS leads to such nodes. */
import type { corev1 } from "../../api/mod.ts";

/** On the Node; the value is the port. */
export const dnsAnnotation = "network.kubets.dev/dns-port";

export const standardDnsPort = 53;

/** The port on which the node serves DNS; `undefined`: it does not. */
export function dnsPort({ metadata }: corev1.Node): number | undefined {
  const port = Number(metadata.annotations?.[dnsAnnotation]);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
