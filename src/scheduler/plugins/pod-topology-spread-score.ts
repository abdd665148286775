import type { NodeScorer, Snapshot } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import type { PodInfo } from "../pod-info.ts";
import {
  countConstraint,
  presumedConstraints,
  type SpreadConstraint,
  spreadConstraints,
} from "../spread-constraints.ts";
import { hostnameLabel } from "../zones.ts";

interface WeighedConstraint {
  readonly constraint: SpreadConstraint;
  /** Matching pods in the domain of the node; `undefined` where the node has no domain. */
  count(node: NodeInfo): number | undefined;
  readonly weight: number;
}

/** Prefers domains with fewer pods. Domains are weighed by their number, so that zones do not outweigh nodes. */
export function spreadScorer(pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): NodeScorer | undefined {
  const isOwn = (pod.pod.spec.topologySpreadConstraints ?? []).length > 0;
  const constraints = isOwn ? spreadConstraints(pod, "ScheduleAnyway") : presumedConstraints(pod, snapshot);
  if (constraints.length === 0) return undefined;
  const isIgnored = (node: NodeInfo) =>
    isOwn && constraints.some(({ topologyKey }) => node.labels[topologyKey] === undefined);
  const ranked = isOwn ? nodes.filter((node) => !isIgnored(node)) : nodes;
  const weighed = constraints.map((constraint) => weigh(constraint, pod.namespace, ranked, snapshot));
  return {
    score: (node) =>
      isIgnored(node) ? Number.NaN : Math.round(weighed.reduce((sum, one) => sum + skew(one, node), 0)),
    normalize,
  };
}

function skew({ constraint, count, weight }: WeighedConstraint, node: NodeInfo): number {
  const found = count(node);
  return found === undefined ? 0 : found * weight + (constraint.maxSkew - 1);
}

function weigh(
  constraint: SpreadConstraint,
  namespace: string,
  nodes: readonly NodeInfo[],
  snapshot: Snapshot,
): WeighedConstraint {
  const counts = countConstraint(constraint, namespace, snapshot);
  const { topologyKey } = constraint;
  if (topologyKey === hostnameLabel) {
    const count = (node: NodeInfo) =>
      node.labels[hostnameLabel] === undefined ? undefined : (counts.get(node.name) ?? 0);
    return { constraint, count, weight: Math.log(nodes.length + 2) };
  }
  const domains = new Map<string, number>();
  for (const { labels } of nodes) if (labels[topologyKey] !== undefined) domains.set(labels[topologyKey], 0);
  if (domains.size > 0)
    for (const [name, amount] of counts) addToDomain(domains, constraint, snapshot.node(name), amount);
  const count = ({ labels }: NodeInfo) =>
    labels[topologyKey] === undefined ? undefined : (domains.get(labels[topologyKey]) ?? 0);
  return { constraint, count, weight: Math.log(domains.size + 2) };
}

function addToDomain(
  domains: Map<string, number>,
  constraint: SpreadConstraint,
  node: NodeInfo | undefined,
  amount: number,
): void {
  const domain = node?.labels[constraint.topologyKey];
  const known = domain === undefined ? undefined : domains.get(domain);
  if (known !== undefined && constraint.counts(node!)) domains.set(domain!, known + amount);
}

/** The most even node gets the most. Nodes without the constraints' labels (not a number) get nothing. */
function normalize(scores: Float64Array): void {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (const score of scores) {
    // Of what is not a number neither is true.
    if (score < lowest) lowest = score;
    if (score > highest) highest = score;
  }
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at]!;
    if (Number.isNaN(score)) scores[at] = 0;
    else scores[at] = highest === 0 ? 100 : Math.trunc((100 * (highest + lowest - score)) / highest);
  }
}
