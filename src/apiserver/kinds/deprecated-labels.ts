/** Node labels of old, and what replaced them. */
const replaced: Readonly<Record<string, string>> = Object.freeze({
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
});

/** What to say about a node label; undefined where nothing. */
export function labelDeprecation(label: string): string | undefined {
  return Object.hasOwn(replaced, label) ? replaced[label] : undefined;
}
