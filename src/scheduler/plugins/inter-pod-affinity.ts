import { affinitySelection } from "../affinity-selection.ts";
import { type ClusterEvent, type NodeFilter, type Plugin, rejection, type Snapshot } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import { type AffinityTerm, type PodInfo, termMatches } from "../pod-info.ts";
import { TopologyCounts } from "../topology-counts.ts";
import { affinityScorer } from "./inter-pod-affinity-score.ts";

const noAffinity = rejection("node(s) didn't match pod affinity rules", { resolvable: false });
const ownAntiAffinity = rejection("node(s) didn't match pod anti-affinity rules", { resolvable: true });
const othersAntiAffinity = rejection("node(s) didn't satisfy existing pods anti-affinity rules", { resolvable: true });

/** Pods near some pods and away from others, by topology domain; the wishes of pods that already run count as well. */
export const interPodAffinity: Plugin = {
  name: "InterPodAffinity",
  weight: 2,
  prepareFilter: (pod, snapshot) => {
    const filter = new AffinityFilter(pod, snapshot);
    return filter.isNeeded ? { filter } : undefined;
  },
  prepareScore: affinityScorer,
  mayHelp: (event, pod) => mayHelp(event, pod),
};

class AffinityFilter implements NodeFilter {
  readonly #pod: PodInfo;
  readonly #snapshot: Snapshot;
  /** Pods that match all of the pod's affinity terms. */
  readonly #wanted = new TopologyCounts();
  /** For each anti-affinity term of the pod, the pods that match it. */
  readonly #unwanted = new TopologyCounts();
  /** Pods whose own anti-affinity turns this pod away. */
  readonly #refusing = new TopologyCounts();

  constructor(pod: PodInfo, snapshot: Snapshot) {
    this.#pod = pod;
    this.#snapshot = snapshot;
    if (pod.affinity.length > 0) this.#countAll(this.#wanted, pod.affinity, pod.affinity);
    for (const term of pod.antiAffinity) this.#countAll(this.#unwanted, [term], [term]);
    for (const node of snapshot.antiAffinityNodes) {
      for (const other of node.podsWithRequiredAntiAffinity) this.#countRefusal(other, node, 1);
    }
  }

  get isNeeded(): boolean {
    return this.#pod.affinity.length + this.#pod.antiAffinity.length > 0 || !this.#refusing.isEmpty;
  }

  check(node: NodeInfo) {
    if (!this.#affinityHolds(node)) return noAffinity;
    if (this.#pod.antiAffinity.length > 0 && this.#unwanted.hasAny(node)) return ownAntiAffinity;
    return this.#refusing.hasAny(node) ? othersAntiAffinity : undefined;
  }

  podAdded(pod: PodInfo, node: NodeInfo): void {
    this.#countPod(pod, node, 1);
  }

  podRemoved(pod: PodInfo, node: NodeInfo): void {
    this.#countPod(pod, node, -1);
  }

  /** The first of a group of pods that want each other finds none: it may go anywhere that has the domains. */
  #affinityHolds(node: NodeInfo): boolean {
    const { affinity } = this.#pod;
    if (affinity.length === 0) return true;
    if (affinity.some((term) => node.labels[term.topologyKey] === undefined)) return false;
    if (affinity.every((term) => this.#wanted.get(node, term.topologyKey) > 0)) return true;
    return this.#wanted.isEmpty && affinity.every((term) => this.#matches(term, this.#pod));
  }

  #countAll(counts: TopologyCounts, matching: readonly AffinityTerm[], counted: readonly AffinityTerm[]): void {
    const selection = affinitySelection(matching, this.#snapshot.cluster);
    for (const [name, amount] of this.#snapshot.countPods(selection)) {
      const node = this.#snapshot.node(name);
      if (node) addOncePerKey(counts, node, counted, amount);
    }
  }

  #countPod(pod: PodInfo, node: NodeInfo, by: 1 | -1): void {
    const { affinity, antiAffinity } = this.#pod;
    if (affinity.length > 0 && affinity.every((term) => this.#matches(term, pod))) {
      addOncePerKey(this.#wanted, node, affinity, by);
    }
    for (const term of antiAffinity) {
      if (this.#matches(term, pod)) this.#unwanted.add(node, term.topologyKey, by);
    }
    this.#countRefusal(pod, node, by);
  }

  #countRefusal(other: PodInfo, node: NodeInfo, by: 1 | -1): void {
    for (const term of other.antiAffinity) {
      if (this.#matches(term, this.#pod)) this.#refusing.add(node, term.topologyKey, by);
    }
  }

  #matches(term: AffinityTerm, pod: PodInfo): boolean {
    return termMatches(term, pod, (name) => this.#snapshot.cluster.namespaceLabels(name));
  }
}

function addOncePerKey(counts: TopologyCounts, node: NodeInfo, terms: readonly AffinityTerm[], amount: number): void {
  for (const key of new Set(terms.map((term) => term.topologyKey))) counts.add(node, key, amount);
}

const noLabels = () => ({});

function mayHelp(event: ClusterEvent, pod: PodInfo): boolean {
  const matches = (terms: readonly AffinityTerm[], other: PodInfo) =>
    terms.some((term) => term.namespaceSelector !== undefined || termMatches(term, other, noLabels));
  switch (event.kind) {
    case "node-added":
    case "namespace-changed":
      return true;
    case "node-changed":
      return event.node.metadata.labels !== event.old.metadata.labels;
    case "pod-assigned":
      return matches(pod.affinity, event.pod);
    case "pod-changed":
      return event.pod.labels !== event.old.labels;
    case "pod-removed":
      return matches(pod.antiAffinity, event.pod) || matches(event.pod.antiAffinity, pod);
    default:
      return false;
  }
}
