import { type ClusterEvent, type NodeFilter, type Plugin, rejection, type Snapshot } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import type { PodInfo } from "../pod-info.ts";
import { constraintMatches, countConstraint, type SpreadConstraint, spreadConstraints } from "../spread-constraints.ts";
import { spreadScorer } from "./pod-topology-spread-score.ts";

const reason = "node(s) didn't match pod topology spread constraints";
const tooSkewed = rejection(reason, { resolvable: true });
const missingLabel = rejection(`${reason} (missing required label)`, { resolvable: false });

/** Even numbers of pods over topology domains. */
export const podTopologySpread: Plugin = {
  name: "PodTopologySpread",
  weight: 2,
  prepareFilter: (pod, snapshot) => {
    const constraints = spreadConstraints(pod, "DoNotSchedule");
    return constraints.length === 0 ? undefined : { filter: new SpreadFilter(pod, constraints, snapshot) };
  },
  prepareScore: spreadScorer,
  mayHelp: (event, pod) => mayHelp(event, pod),
};

interface CountedConstraint {
  readonly constraint: SpreadConstraint;
  /** Matching pods by domain; a domain without any is there with 0. */
  readonly domains: Map<string, number>;
  readonly selfMatch: 0 | 1;
  /** The fewest pods of any domain, worked out again only after a change. */
  least: number | undefined;
}

class SpreadFilter implements NodeFilter {
  readonly #namespace: string;
  readonly #counted: readonly CountedConstraint[];

  constructor(pod: PodInfo, constraints: readonly SpreadConstraint[], snapshot: Snapshot) {
    this.#namespace = pod.namespace;
    this.#counted = constraints.map((constraint) => ({
      constraint,
      domains: countDomains(constraint, constraints, pod.namespace, snapshot),
      selfMatch: constraint.selector.matches(pod.labels) ? 1 : 0,
      least: undefined,
    }));
  }

  check(node: NodeInfo) {
    for (const counted of this.#counted) {
      const { constraint, domains, selfMatch } = counted;
      const domain = node.labels[constraint.topologyKey];
      if (domain === undefined) return missingLabel;
      counted.least ??= smallest(domains, constraint);
      const skew = (domains.get(domain) ?? 0) + selfMatch - counted.least;
      if (skew > constraint.maxSkew) return tooSkewed;
    }
    return undefined;
  }

  podAdded(pod: PodInfo, node: NodeInfo): void {
    this.#count(pod, node, 1);
  }

  podRemoved(pod: PodInfo, node: NodeInfo): void {
    this.#count(pod, node, -1);
  }

  #count(pod: PodInfo, node: NodeInfo, by: 1 | -1): void {
    for (const counted of this.#counted) {
      const { constraint, domains } = counted;
      const domain = node.labels[constraint.topologyKey];
      if (domain === undefined || !domains.has(domain) || !constraint.counts(node)) continue;
      if (!constraintMatches(constraint.selector, this.#namespace, pod)) continue;
      domains.set(domain, domains.get(domain)! + by);
      counted.least = undefined;
    }
  }
}

/** Too few domains: what is missing counts as an empty one. */
function smallest(domains: ReadonlyMap<string, number>, { minDomains }: SpreadConstraint): number {
  if (domains.size < minDomains || domains.size === 0) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (const count of domains.values()) least = Math.min(least, count);
  return least;
}

function countDomains(
  constraint: SpreadConstraint,
  all: readonly SpreadConstraint[],
  namespace: string,
  snapshot: Snapshot,
): Map<string, number> {
  const domains = new Map<string, number>();
  const counts = countConstraint(constraint, namespace, snapshot);
  for (const node of snapshot.nodes) {
    const domain = node.labels[constraint.topologyKey];
    if (domain === undefined || all.some(({ topologyKey }) => node.labels[topologyKey] === undefined)) continue;
    if (constraint.counts(node)) domains.set(domain, (domains.get(domain) ?? 0) + (counts.get(node.name) ?? 0));
  }
  return domains;
}

function mayHelp(event: ClusterEvent, pod: PodInfo): boolean {
  const concerns = (other: PodInfo) =>
    other.namespace === pod.namespace &&
    spreadConstraints(pod, "DoNotSchedule").some(({ selector }) => selector.matches(other.labels));
  switch (event.kind) {
    case "node-added":
      return true;
    case "node-changed":
      return (
        event.node.metadata.labels !== event.old.metadata.labels || event.node.spec.taints !== event.old.spec.taints
      );
    case "pod-assigned":
    case "pod-removed":
      return concerns(event.pod);
    case "pod-changed":
      return concerns(event.pod) || concerns(event.old);
    default:
      return false;
  }
}
