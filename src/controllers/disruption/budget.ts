/** How many pods a PodDisruptionBudget lets go. Pure. */
import { type corev1, formatTime, type policyv1 } from "../../api/mod.ts";
import { scaledValue } from "../support/int-or-percent.ts";
import { isDeleting, parseTime } from "../support/object.ts";
import { isPodReady } from "../support/pod-state.ts";

/** An eviction that was allowed and has not become a deletion by then did not happen. */
const evictionTimeoutMs = 120_000;

export interface BudgetInput {
  readonly budget: policyv1.PodDisruptionBudget;
  /** Pods that it selects. */
  readonly pods: readonly corev1.Pod[];
  /** Sum of the sizes that the pods' controllers want. */
  readonly controllerScale: number;
  readonly now: number;
}

export interface BudgetDecision {
  readonly status: policyv1.PodDisruptionBudgetStatus;
  /** Milliseconds until an eviction that is remembered has to be forgotten. */
  readonly checkIn?: number;
}

/** Whether the budget counts from what controllers want rather than from what is there. */
export function needsScale({ spec }: policyv1.PodDisruptionBudget): boolean {
  return spec?.maxUnavailable !== undefined || typeof spec?.minAvailable === "string";
}

export function decideBudget(input: BudgetInput): BudgetDecision {
  const { budget, pods, now } = input;
  const disrupted = stillDisrupted(input);
  const healthy = pods.filter((pod) => isHealthy(pod) && disrupted[pod.metadata.name] === undefined).length;
  const { expected, desired } = expectation(input);
  const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
  const waits = Object.values(disrupted).map((time) => parseTime(time) + evictionTimeoutMs - now);
  const status: policyv1.PodDisruptionBudgetStatus = {
    ...(budget.metadata.generation ? { observedGeneration: budget.metadata.generation } : {}),
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    disruptionsAllowed: allowed,
    ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
    conditions: withAllowed(budget, allowed, now),
  };
  return waits.length > 0 ? { status, checkIn: Math.max(1, Math.min(...waits)) } : { status };
}

function isHealthy(pod: corev1.Pod): boolean {
  return !isDeleting(pod) && isPodReady(pod);
}

function expectation({ budget, pods, controllerScale }: BudgetInput): { expected: number; desired: number } {
  const { maxUnavailable, minAvailable } = budget.spec ?? {};
  if (maxUnavailable !== undefined) {
    const unavailable = scaledValue(maxUnavailable, { total: controllerScale, roundUp: true });
    return { expected: controllerScale, desired: Math.max(0, controllerScale - unavailable) };
  }
  if (typeof minAvailable === "string") {
    return { expected: controllerScale, desired: scaledValue(minAvailable, { total: controllerScale, roundUp: true }) };
  }
  return { expected: pods.length, desired: minAvailable ?? 0 };
}

/** Evictions that were allowed and whose pods still look as if nothing had happened. */
function stillDisrupted({ budget, pods, now }: BudgetInput): Record<string, string> {
  const remembered = budget.status?.disruptedPods ?? {};
  const byName = new Map(pods.map((pod) => [pod.metadata.name, pod]));
  return Object.fromEntries(
    Object.entries(remembered).filter(([name, time]) => {
      const pod = byName.get(name);
      return pod !== undefined && !isDeleting(pod) && parseTime(time) + evictionTimeoutMs > now;
    }),
  );
}

function withAllowed(budget: policyv1.PodDisruptionBudget, allowed: number, now: number) {
  const content =
    allowed > 0
      ? { type: "DisruptionAllowed", status: "True" as const, reason: "SufficientPods" }
      : { type: "DisruptionAllowed", status: "False" as const, reason: "InsufficientPods" };
  const present = budget.status?.conditions ?? [];
  const old = present.find((one) => one.type === content.type);
  const observedGeneration = budget.metadata.generation ?? 0;
  const isSame = old?.status === content.status && old.reason === content.reason;
  if (isSame && (old.observedGeneration ?? 0) === observedGeneration) return present;
  const lastTransitionTime = old?.status === content.status ? old.lastTransitionTime : formatTime(now);
  const fresh = { ...content, observedGeneration, message: "", lastTransitionTime };
  return [...present.filter((one) => one.type !== content.type), fresh];
}
