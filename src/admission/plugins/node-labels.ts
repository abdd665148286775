/** Labels under the project's own domains mean something to schedulers and admission: a node sets only those that are a node's to know. */

const allowedPrefixes = ["kubelet.kubernetes.io", "node.kubernetes.io"];
const allowedLabels: ReadonlySet<string> = new Set([
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/instance-type",
  "beta.kubernetes.io/os",
  "failure-domain.beta.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.kubernetes.io/region",
  "failure-domain.kubernetes.io/zone",
  "kubernetes.io/arch",
  "kubernetes.io/hostname",
  "kubernetes.io/instance-type",
  "kubernetes.io/os",
  "node.kubernetes.io/instance-type",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
]);

function isOf(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

function isForbidden(label: string): boolean {
  const domain = label.includes("/") ? label.slice(0, label.indexOf("/")) : "";
  if (isOf(domain, "node-restriction.kubernetes.io")) return true;
  if (!isOf(domain, "kubernetes.io") && !isOf(domain, "k8s.io")) return false;
  return !allowedLabels.has(label) && !allowedPrefixes.some((prefix) => isOf(domain, prefix));
}

/** Those that the change adds, changes or takes away and must not, sorted. */
export function forbiddenNodeLabels(
  next: Readonly<Record<string, string>>,
  old: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(next), ...Object.keys(old)]);
  return [...names].filter((name) => next[name] !== old[name] && isForbidden(name)).sort();
}
