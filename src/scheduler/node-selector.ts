/** Node selectors: terms are alternatives, what stands in one term must hold together. An empty term holds nowhere. */
import type { corev1, Labels } from "../api/mod.ts";

interface NodeFacts {
  readonly name: string;
  readonly labels: Labels;
}

export function nodeSelectorMatches(selector: corev1.NodeSelector, node: NodeFacts): boolean {
  return selector.nodeSelectorTerms.some((term) => nodeSelectorTermMatches(term, node));
}

export function nodeSelectorTermMatches(term: corev1.NodeSelectorTerm, node: NodeFacts): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  return (
    expressions.every((requirement) => holds(requirement, node.labels[requirement.key])) &&
    fields.every((requirement) => requirement.key === "metadata.name" && holds(requirement, node.name))
  );
}

function holds(requirement: corev1.NodeSelectorRequirement, value: string | undefined): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return isInteger(value) && isInteger(values[0]) && BigInt(value) > BigInt(values[0]);
    case "Lt":
      return isInteger(value) && isInteger(values[0]) && BigInt(value) < BigInt(values[0]);
    default:
      return false;
  }
}

function isInteger(text: string | undefined): text is string {
  return text !== undefined && /^-?\d+$/.test(text);
}

/** Nodes that the selector's `metadata.name` fields allow, where every term names some; `undefined`: it allows others too. */
export function namedNodes(selector: corev1.NodeSelector): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const term of selector.nodeSelectorTerms) {
    const byName = (term.matchFields ?? []).filter(({ key, operator }) => key === "metadata.name" && operator === "In");
    if (byName.length === 0) return undefined;
    const [first, ...rest] = byName.map((requirement) => requirement.values ?? []);
    for (const name of first!) if (rest.every((values) => values.includes(name))) names.add(name);
  }
  return names;
}

/** What `nodeSelector` and required node affinity of the pod say about the node. */
export function podAcceptsNode(pod: corev1.Pod, node: NodeFacts): boolean {
  const wanted = pod.spec.nodeSelector;
  if (wanted && !Object.entries(wanted).every(([key, value]) => node.labels[key] === value)) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || nodeSelectorMatches(required, node);
}
