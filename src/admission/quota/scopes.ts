/** Which pods a quota with scopes is about. */
import type { corev1 } from "../../api/mod.ts";

type Requirement = corev1.ScopedResourceSelectorRequirement;

function hasAmounts({ resources: own }: Pick<corev1.Container, "resources">): boolean {
  const amounts = [...Object.entries(own?.requests ?? {}), ...Object.entries(own?.limits ?? {})];
  return amounts.some(([name, amount]) => (name === "cpu" || name === "memory") && amount !== "0");
}

function isBestEffort({ spec }: corev1.Pod): boolean {
  return ![...spec.containers, ...(spec.initContainers ?? [])].some(hasAmounts);
}

function crossesNamespaces({ spec }: corev1.Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const sides = [podAffinity, podAntiAffinity];
  const terms = sides.flatMap((side) => [
    ...(side?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(side?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
  return terms.some((term) => Boolean(term.namespaces?.length) || term.namespaceSelector !== undefined);
}

function matchesPriority(name: string | undefined, { operator, values = [] }: Requirement): boolean {
  switch (operator) {
    case "Exists":
      return Boolean(name);
    case "DoesNotExist":
      return !name;
    case "In":
      return name !== undefined && values.includes(name);
    default:
      return name === undefined || !values.includes(name);
  }
}

function matches(pod: corev1.Pod, requirement: Requirement): boolean {
  switch (requirement.scopeName) {
    case "Terminating":
      return pod.spec.activeDeadlineSeconds !== undefined;
    case "NotTerminating":
      return pod.spec.activeDeadlineSeconds === undefined;
    case "BestEffort":
      return isBestEffort(pod);
    case "NotBestEffort":
      return !isBestEffort(pod);
    case "PriorityClass":
      return matchesPriority(pod.spec.priorityClassName, requirement);
    case "CrossNamespacePodAffinity":
      return crossesNamespaces(pod);
    default:
      return false;
  }
}

function requirementsOf({ spec }: corev1.ResourceQuota): readonly Requirement[] {
  const plain = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" }) as Requirement);
  return [...plain, ...(spec?.scopeSelector?.matchExpressions ?? [])];
}

/** A quota without scopes is about everything; one with scopes about the pods that match all of them. */
export function isInScope(quota: corev1.ResourceQuota, pod: corev1.Pod | undefined): boolean {
  const requirements = requirementsOf(quota);
  return requirements.length === 0 || (pod !== undefined && requirements.every((one) => matches(pod, one)));
}
