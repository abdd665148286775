/** `resolv.conf` of a pod, by its DNS policy. */
import type { corev1 } from "../../api/mod.ts";
import type { NodeFacts } from "../node-facts.ts";

export interface ResolverConfig {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** glibc reads three servers; the other limits are the API's. */
const maximumServers = 3;
const maximumSearches = 32;
const maximumSearchLength = 2048;

/** Reads a `resolv.conf`. Without a server the resolver would ask the loopback, where a pod has nobody. */
export function parseResolverConfig(text: string): ResolverConfig {
  const servers: string[] = [];
  let searches: string[] = [];
  let options: string[] = [];
  for (const line of text.split("\n")) {
    const [word, ...values] = line
      .replace(/[#;].*$/, "")
      .trim()
      .split(/\s+/);
    if (word === "nameserver" && values[0]) servers.push(values[0]);
    if (word === "search") searches = values.filter((domain) => domain !== ".");
    if (word === "domain" && searches.length === 0) searches = values;
    if (word === "options") options = values;
  }
  return { servers, searches, options };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

/** The later setting of an option stands. */
function mergeOptions(base: readonly string[], added: readonly corev1.PodDNSConfigOption[]): string[] {
  const byName = new Map(base.map((option) => [option.split(":")[0]!, option]));
  for (const { name, value } of added) if (name) byName.set(name, value ? `${name}:${value}` : name);
  return [...byName.values()];
}

function limitSearches(searches: readonly string[]): string[] {
  let length = 0;
  return unique(searches)
    .slice(0, maximumSearches)
    .filter((domain) => {
      length += domain.length + 1;
      return length - 1 <= maximumSearchLength;
    });
}

function basis(pod: corev1.Pod, node: NodeFacts, host: ResolverConfig): ResolverConfig {
  const policy = pod.spec.dnsPolicy ?? "ClusterFirst";
  if (policy === "None") return { servers: [], searches: [], options: [] };
  const cluster = policy === "ClusterFirstWithHostNet" || (policy === "ClusterFirst" && !pod.spec.hostNetwork);
  if (!cluster || node.clusterDns.length === 0) return host;
  const { clusterDomain: domain } = node;
  const searches = [`${pod.metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain, ...host.searches];
  return { servers: node.clusterDns, searches, options: ["ndots:5"] };
}

/** `host` is the node's own configuration. */
export function podResolverConfig(pod: corev1.Pod, node: NodeFacts, host: ResolverConfig): ResolverConfig {
  const base = basis(pod, node, host);
  const { nameservers = [], searches = [], options = [] } = pod.spec.dnsConfig ?? {};
  return {
    servers: unique([...base.servers, ...nameservers]).slice(0, maximumServers),
    searches: limitSearches([...base.searches, ...searches]),
    options: mergeOptions(base.options, options),
  };
}
