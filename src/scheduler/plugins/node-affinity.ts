import { type corev1, nodeSelectorTermMatches, podAcceptsNode, type SelectableNode } from "../../api/mod.ts";
import { normalizeByMaximum, type Plugin, rejection } from "../framework.ts";

const mismatch = rejection("node(s) didn't match Pod's node affinity/selector", { resolvable: false });
const conflict = rejection("pod affinity terms conflict", { resolvable: false });

/** `nodeSelector` and node affinity. Affinity to nodes by name, as DaemonSets use it, keeps the search to these nodes. */
export const nodeAffinity: Plugin = {
  name: "NodeAffinity",
  weight: 2,
  prepareFilter: ({ pod }) => {
    const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (!required && !pod.spec.nodeSelector) return undefined;
    const filter = { check: (node: SelectableNode) => (podAcceptsNode(pod.spec, node) ? undefined : mismatch) };
    const onlyNodes = required && namedNodes(required);
    if (!onlyNodes) return { filter };
    return onlyNodes.size === 0 ? { rejected: conflict } : { filter, onlyNodes };
  },
  prepareScore: ({ pod }) => {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    return {
      score: (node) => preferred.reduce((sum, term) => sum + weightOn(term, node), 0),
      normalize: (scores) => normalizeByMaximum(scores, { reverse: false }),
    };
  },
  mayHelp: (event, { pod }) => {
    if (event.kind !== "node-added" && event.kind !== "node-changed") return false;
    return podAcceptsNode(pod.spec, { name: event.node.metadata.name, labels: event.node.metadata.labels ?? {} });
  },
};

/** Nodes that the selector's `metadata.name` fields allow, where every term names some; `undefined`: it allows others too. */
function namedNodes(selector: corev1.NodeSelector): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const term of selector.nodeSelectorTerms) {
    const byName = (term.matchFields ?? []).filter(({ key, operator }) => key === "metadata.name" && operator === "In");
    if (byName.length === 0) return undefined;
    const [first, ...rest] = byName.map((requirement) => requirement.values ?? []);
    for (const name of first!) if (rest.every((values) => values.includes(name))) names.add(name);
  }
  return names;
}

/** Unlike in a required affinity, an empty preference holds on every node. */
function weightOn(term: corev1.PreferredSchedulingTerm, node: SelectableNode): number {
  const { matchExpressions, matchFields } = term.preference;
  const isEmpty = !matchExpressions?.length && !matchFields?.length;
  return isEmpty || nodeSelectorTermMatches(term.preference, node) ? term.weight : 0;
}
