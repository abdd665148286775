/** `/etc/hosts` of a pod. The comment in its first line is what tests and people look for. */
import type { corev1 } from "../../api/mod.ts";
import type { PodHostname } from "./hostname.ts";

const ownHeader = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
fe00::\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`;

function aliasLines(aliases: readonly corev1.HostAlias[] | undefined): string {
  if (!aliases?.length) return "";
  const lines = aliases.map(({ ip, hostnames }) => `${[ip, ...(hostnames ?? [])].join("\t")}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join("")}`;
}

/** Of a pod with its own network. */
export function podHostsFile(pod: corev1.Pod, addresses: readonly string[], { hostname, domain }: PodHostname): string {
  const names = domain ? `${hostname}.${domain}\t${hostname}` : hostname;
  const own = addresses.map((address) => `${address}\t${names}\n`).join("");
  return ownHeader + own + aliasLines(pod.spec.hostAliases);
}

/** Of a pod with the host's network; `hostFile` is the host's. */
export function hostNetworkHostsFile(pod: corev1.Pod, hostFile: string): string {
  return `# Kubernetes-managed hosts file (host network).\n${hostFile}${aliasLines(pod.spec.hostAliases)}`;
}
