import { affinitySelection } from "../affinity-selection.ts";
import type { NodeScorer, Snapshot } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import { type AffinityTerm, type PodInfo, termMatches, type WeightedAffinityTerm } from "../pod-info.ts";
import { TopologyCounts } from "../topology-counts.ts";

/** What a required affinity of a running pod is worth to the pod that it wants near. */
const hardAffinityWeight = 1;

/** Sums the pod's own preferences and those of running pods by topology domain. */
export function affinityScorer(pod: PodInfo, _nodes: readonly NodeInfo[], snapshot: Snapshot): NodeScorer | undefined {
  if (pod.preferredAffinity.length + pod.preferredAntiAffinity.length + snapshot.affinityNodes.size === 0) {
    return undefined;
  }
  const sums = new TopologyCounts();
  addOwnPreferences(sums, pod, snapshot);
  addOthersPreferences(sums, pod, snapshot);
  return sums.isEmpty ? undefined : { score: (node) => sums.sum(node), normalize: spreadOverRange };
}

function addOwnPreferences(sums: TopologyCounts, pod: PodInfo, snapshot: Snapshot): void {
  const addTerm = (term: WeightedAffinityTerm, sign: 1 | -1) => {
    for (const [name, count] of snapshot.countPods(affinitySelection([term], snapshot.cluster))) {
      const node = snapshot.node(name);
      if (node) sums.add(node, term.topologyKey, sign * term.weight * count);
    }
  };
  for (const term of pod.preferredAffinity) addTerm(term, 1);
  for (const term of pod.preferredAntiAffinity) addTerm(term, -1);
}

function addOthersPreferences(sums: TopologyCounts, pod: PodInfo, snapshot: Snapshot): void {
  const matches = (term: AffinityTerm) => termMatches(term, pod, (name) => snapshot.cluster.namespaceLabels(name));
  for (const node of snapshot.affinityNodes) {
    for (const other of node.podsWithAffinity) {
      for (const term of other.affinity) if (matches(term)) sums.add(node, term.topologyKey, hardAffinityWeight);
      for (const term of other.preferredAffinity) if (matches(term)) sums.add(node, term.topologyKey, term.weight);
      for (const term of other.preferredAntiAffinity) if (matches(term)) sums.add(node, term.topologyKey, -term.weight);
    }
  }
}

function spreadOverRange(scores: Float64Array): void {
  const lowest = scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
  const highest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  const range = highest - lowest;
  for (let at = 0; at < scores.length; at++) {
    scores[at] = range === 0 ? 0 : Math.trunc((100 * (scores[at]! - lowest)) / range);
  }
}
