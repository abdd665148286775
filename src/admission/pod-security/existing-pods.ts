/** What is told of pods that are there already when their namespace asks for more than before. */
import type { corev1 } from "../../api/mod.ts";
import { brokenRules, type Policy } from "./levels.ts";

/** More are not looked at: this is a courtesy, and the request waits for it. */
const maximumPods = 3_000;

function others(count: number): string {
  if (count === 0) return "";
  return count === 1 ? " (and 1 other pod)" : ` (and ${count} other pods)`;
}

/** The warnings, pods with the same faults together; none where all keep to the policy. */
export function existingPodWarnings(namespace: string, policy: Policy, pods: readonly corev1.Pod[]): string[] {
  const byFault = new Map<string, string[]>();
  for (const pod of pods.slice(0, maximumPods)) {
    const fault = brokenRules(policy, pod).join(", ");
    if (fault !== "") byFault.set(fault, [...(byFault.get(fault) ?? []), pod.metadata.name]);
  }
  if (byFault.size === 0) return [];
  const told = [...byFault].map(([fault, names]) => {
    const [first = "", ...rest] = names.sort();
    return `${first}${others(rest.length)}: ${fault}`;
  });
  const level = JSON.stringify(`${policy.level}:${policy.version}`);
  const head = `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${level}`;
  const partly =
    pods.length > maximumPods
      ? [`new PodSecurity enforce level only checked against the first ${maximumPods} of ${pods.length} existing pods`]
      : [];
  return [...partly, head, ...told.sort()];
}
