/** Which of a node's possible victims a PodDisruptionBudget protects. */
import { labelSelectorAsSelector, type policyv1 } from "../api/mod.ts";
import type { ClusterReader } from "./framework.ts";
import type { PodInfo } from "./pod-info.ts";

export interface Divided {
  /** Evicting them would break a budget. */
  readonly guarded: readonly PodInfo[];
  readonly free: readonly PodInfo[];
}

/** Takes the pods in order; each uses up a disruption of every budget that covers it. */
export function divideByBudget(pods: readonly PodInfo[], cluster: ClusterReader): Divided {
  const budgets = new BudgetBook(cluster);
  const guarded: PodInfo[] = [];
  const free: PodInfo[] = [];
  for (const pod of pods) (budgets.use(pod) ? free : guarded).push(pod);
  return { guarded, free };
}

class BudgetBook {
  readonly #cluster: ClusterReader;
  readonly #left = new Map<policyv1.PodDisruptionBudget, number>();

  constructor(cluster: ClusterReader) {
    this.#cluster = cluster;
  }

  /** False where a covering budget has nothing left. */
  use(pod: PodInfo): boolean {
    let allowed = true;
    for (const budget of this.#cluster.disruptionBudgets(pod.namespace)) {
      if (!covers(budget, pod)) continue;
      const left = (this.#left.get(budget) ?? budget.status?.disruptionsAllowed ?? 0) - 1;
      this.#left.set(budget, left);
      if (left < 0) allowed = false;
    }
    return allowed;
  }
}

/** A pod that the budget has already counted as disrupted costs it nothing more. */
function covers(budget: policyv1.PodDisruptionBudget, pod: PodInfo): boolean {
  if (Object.keys(pod.labels).length === 0) return false;
  const { selector } = budget.spec;
  if (!selector || !labelSelectorAsSelector(selector).matches(pod.labels)) return false;
  return budget.status?.disruptedPods?.[pod.pod.metadata.name] === undefined;
}
