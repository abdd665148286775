/** Which nodes a pod, or a volume, may be on: terms are alternatives, what stands in one term must hold together. An empty term holds nowhere. */
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from "../core/v1/node-selector.ts";
import type { PodSpec } from "../core/v1/pod-spec.ts";
import { compareIntegers } from "./integer.ts";
import type { Labels } from "./selector.ts";

/** What selectors look at of a node. */
export interface SelectableNode {
  readonly name: string;
  readonly labels: Labels;
}

/** The pod's nodeSelector and its required node affinity. */
export function podAcceptsNode({ nodeSelector, affinity }: PodSpec, node: SelectableNode): boolean {
  if (nodeSelector && !Object.entries(nodeSelector).every(([key, value]) => node.labels[key] === value)) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || nodeSelectorMatches(required, node);
}

export function nodeSelectorMatches({ nodeSelectorTerms }: NodeSelector, node: SelectableNode): boolean {
  return nodeSelectorTerms.some((term) => nodeSelectorTermMatches(term, node));
}

export function nodeSelectorTermMatches(term: NodeSelectorTerm, { name, labels }: SelectableNode): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => holds(requirement, labelOf(labels, requirement.key))) &&
    matchFields.every((requirement) => requirement.key === "metadata.name" && holds(requirement, name))
  );
}

/** `constructor` is a label's name like any other. */
const labelOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

function holds({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return compareIntegers(value, values[0]) === 1;
    case "Lt":
      return compareIntegers(value, values[0]) === -1;
    default:
      return false;
  }
}
