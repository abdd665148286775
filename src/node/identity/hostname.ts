/** The names that a pod has for itself. */
import type { corev1 } from "../../api/mod.ts";
import type { NodeFacts } from "../node-facts.ts";

/** The kernel's limit for a host name. */
const maximumLength = 63;

export interface PodHostname {
  readonly hostname: string;
  /** Absent where the pod has no subdomain. */
  readonly domain?: string;
}

/** Cuts a name to what the kernel takes, without a `-` or `.` at its end. */
function truncate(name: string): string {
  return name.length <= maximumLength ? name : name.slice(0, maximumLength).replace(/[-.]+$/, "");
}

export function podHostname(pod: corev1.Pod, node: Pick<NodeFacts, "clusterDomain">): PodHostname {
  const { hostnameOverride, subdomain } = pod.spec;
  if (hostnameOverride) return { hostname: hostnameOverride };
  const hostname = pod.spec.hostname || truncate(pod.metadata.name);
  if (!subdomain) return { hostname };
  return { hostname, domain: `${subdomain}.${pod.metadata.namespace}.svc.${node.clusterDomain}` };
}

/** What `hostname` answers in the pod. Empty with the host's network: the host's own. */
export function kernelHostname(pod: corev1.Pod, node: Pick<NodeFacts, "clusterDomain">): string {
  if (pod.spec.hostNetwork && !pod.spec.hostnameOverride) return "";
  const { hostname, domain } = podHostname(pod, node);
  return pod.spec.setHostnameAsFQDN && domain ? `${hostname}.${domain}` : hostname;
}
