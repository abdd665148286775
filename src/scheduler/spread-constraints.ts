/** Topology spread constraints of a pod, its own or those presumed for pods of a Service or controller. */
import { type corev1, labelSelectorAsSelector, podAcceptsNode, tolerates } from "../api/mod.ts";
import type { Snapshot } from "./framework.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodCounts, PodSelection } from "./pod-counters.ts";
import { type PodInfo, requirements, type Selector } from "./pod-info.ts";
import { hostnameLabel, zoneLabel } from "./zones.ts";

export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: Selector;
  /** Whether pods on the node count for the constraint. */
  counts(node: NodeInfo): boolean;
}

export function spreadConstraints(pod: PodInfo, when: "DoNotSchedule" | "ScheduleAnyway"): readonly SpreadConstraint[] {
  const constraints = pod.pod.spec.topologySpreadConstraints ?? [];
  return constraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === when).map((raw) => compile(pod, raw));
}

/** Loose spreading over nodes, and looser over zones. */
export function presumedConstraints(pod: PodInfo, snapshot: Snapshot): readonly SpreadConstraint[] {
  const selectors = snapshot.cluster.owningSelectors(pod.pod);
  if (selectors.length === 0) return [];
  const selector = allOf(selectors);
  const counts = (node: NodeInfo) => podAcceptsNode(pod.pod.spec, node);
  return [
    { topologyKey: hostnameLabel, maxSkew: 3, minDomains: 1, selector, counts },
    { topologyKey: zoneLabel, maxSkew: 5, minDomains: 1, selector, counts },
  ];
}

function allOf(selectors: readonly Selector[]): Selector {
  return {
    matches: (labels) => selectors.every((selector) => selector.matches(labels)),
    toString: () => selectors.join("&"),
  };
}

function compile(pod: PodInfo, raw: corev1.TopologySpreadConstraint): SpreadConstraint {
  const honorsAffinity = raw.nodeAffinityPolicy !== "Ignore";
  const honorsTaints = raw.nodeTaintsPolicy === "Honor";
  const { tolerations } = pod.pod.spec;
  return {
    topologyKey: raw.topologyKey,
    maxSkew: raw.maxSkew,
    minDomains: raw.minDomains ?? 1,
    selector: labelSelectorAsSelector(withLabelKeys(pod, raw)),
    counts: (node) =>
      (!honorsAffinity || podAcceptsNode(pod.pod.spec, node)) &&
      (!honorsTaints ||
        node.taints.every((taint) => taint.effect === "PreferNoSchedule" || tolerates(tolerations, taint))),
  };
}

function withLabelKeys(pod: PodInfo, { labelSelector, matchLabelKeys }: corev1.TopologySpreadConstraint) {
  const same = requirements(pod.pod, matchLabelKeys, "In");
  if (!labelSelector || same.length === 0) return labelSelector;
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...same] };
}

/** The pods of the constraint on each node. Pods on their way out do not count. */
export function countConstraint(constraint: SpreadConstraint, namespace: string, snapshot: Snapshot): PodCounts {
  return snapshot.countPods(selectionOf(constraint, namespace));
}

function selectionOf({ selector }: SpreadConstraint, namespace: string): PodSelection {
  return {
    key: `spread|${namespace}|${selector}`,
    namespaces: new Set([namespace]),
    matches: (pod) => constraintMatches(selector, namespace, pod),
  };
}

export function constraintMatches(selector: Selector, namespace: string, pod: PodInfo): boolean {
  return !pod.terminating && pod.namespace === namespace && selector.matches(pod.labels);
}
