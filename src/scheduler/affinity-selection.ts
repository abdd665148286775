import type { ClusterReader } from "./framework.ts";
import type { PodSelection } from "./pod-counters.ts";
import { type AffinityTerm, termMatches } from "./pod-info.ts";

/** The pods that match all of the terms, with namespaces by label resolved to those of now. */
export function affinitySelection(terms: readonly AffinityTerm[], cluster: ClusterReader): PodSelection {
  const namespaces = new Set(terms.flatMap((term) => [...namespacesOf(term, cluster)]));
  const named = [...namespaces].sort().join(",");
  return {
    key: `affinity|${named}|${terms.map((term) => term.key).join("&")}`,
    namespaces,
    matches: (pod) => terms.every((term) => termMatches(term, pod, (name) => cluster.namespaceLabels(name))),
  };
}

function namespacesOf(term: AffinityTerm, cluster: ClusterReader): Iterable<string> {
  const { namespaceSelector } = term;
  if (!namespaceSelector) return term.namespaces;
  const selected = cluster.namespaces().filter((name) => namespaceSelector.matches(cluster.namespaceLabels(name)));
  return [...term.namespaces, ...selected];
}
