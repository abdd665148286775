/** What a Job's podFailurePolicy says about a failed pod (KEP-3329). Pure. */
import type { batchv1, corev1 } from "../../api/mod.ts";

export type FailureAction = "FailJob" | "FailIndex" | "Ignore" | "Count";

export interface FailureDecision {
  readonly action: FailureAction;
  /** Why, where the whole Job fails. */
  readonly message?: string;
}

/** The first rule that matches decides; without one the failure counts. */
export function decideFailure(policy: batchv1.PodFailurePolicy | undefined, pod: corev1.Pod): FailureDecision {
  for (const [index, rule] of (policy?.rules ?? []).entries()) {
    const match = matchExitCodes(rule, pod) ?? matchConditions(rule, pod);
    if (match === undefined) continue;
    const action = rule.action as FailureAction;
    return action === "FailJob" ? { action, message: `${match} matching FailJob rule at index ${index}` } : { action };
  }
  return { action: "Count" };
}

/** The beginning of the message, or undefined where the rule does not match. */
function matchExitCodes(rule: batchv1.PodFailurePolicyRule, pod: corev1.Pod): string | undefined {
  const requirement = rule.onExitCodes;
  if (!requirement) return undefined;
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  for (const status of statuses) {
    const exitCode = status.state?.terminated?.exitCode;
    if (exitCode === undefined || exitCode === 0) continue;
    if (requirement.containerName !== undefined && requirement.containerName !== status.name) continue;
    if ((requirement.operator === "In") !== requirement.values.includes(exitCode)) continue;
    const { namespace, name } = pod.metadata;
    return `Container ${status.name} for pod ${namespace}/${name} failed with exit code ${exitCode}`;
  }
  return undefined;
}

function matchConditions(rule: batchv1.PodFailurePolicyRule, pod: corev1.Pod): string | undefined {
  for (const pattern of rule.onPodConditions ?? []) {
    const wanted = pattern.status ?? "True";
    const found = pod.status?.conditions?.some((one) => one.type === pattern.type && one.status === wanted);
    if (found) return `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${pattern.type}`;
  }
  return undefined;
}
