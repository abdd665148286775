import { addTo, checkWithNominated, type Diagnosis, type Draw, type NamedFilter, removeFrom } from "../cycle.ts";
import { available, countList } from "../diagnosis.ts";
import { divideByBudget } from "../disruption-budgets.ts";
import type { Snapshot } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import type { PodInfo } from "../pod-info.ts";

export interface Candidate {
  readonly node: NodeInfo;
  /** The most important first. */
  readonly victims: readonly PodInfo[];
  /** How many victims a disruption budget protects. */
  readonly violations: number;
}

export type Preemption =
  | { readonly kind: "nominate"; readonly candidate: Candidate }
  /** `message`, where there is any, follows the diagnosis in what people read. `clears`: an older nomination serves no more. */
  | { readonly kind: "none"; readonly message: string; readonly clears: boolean };

/** Upstream says first what taking devices from their claims would bring; here none are taken. */
const noClaims = "no new claims to deallocate";
const notHelpful = "Preemption is not helpful for scheduling";
const noVictims = "No preemption victims found for incoming pod";

/** Looks for the node where removing pods of lower priority costs least. Pure: the snapshot is as before when it returns. */
export function planPreemption(pod: PodInfo, snapshot: Snapshot, diagnosis: Diagnosis, draw: Draw): Preemption {
  if (diagnosis.beforeNodes) return { kind: "none", message: "", clears: false };
  const refusal = whyNotEligible(pod, snapshot, diagnosis);
  if (refusal) return { kind: "none", message: `${noClaims}, preemption: ${refusal}`, clears: false };
  const potential = snapshot.nodes.filter((node) => diagnosis.rejections.get(node.name)?.resolvable);
  const { candidates, reasons } = tryNodes(pod, potential, snapshot, diagnosis.filters, draw);
  const best = cheapest(candidates);
  if (best) return { kind: "nominate", candidate: best };
  const helpless = diagnosis.nodeCount - potential.length;
  if (helpless > 0) reasons.set(notHelpful, helpless);
  const found = available(diagnosis.nodeCount, countList(reasons));
  return { kind: "none", message: `${noClaims}, preemption: ${found}`, clears: true };
}

function whyNotEligible({ pod, priority, key }: PodInfo, snapshot: Snapshot, diagnosis: Diagnosis): string | undefined {
  if (pod.spec.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  // What was promised a moment ago does not stand in the pod yet.
  const nominated = snapshot.nominatedNode(key) ?? pod.status?.nominatedNodeName;
  if (!nominated || diagnosis.rejections.get(nominated)?.resolvable === false) return undefined;
  const leaving = snapshot
    .node(nominated)
    ?.pods.values()
    .some((other) => other.terminating && other.priority < priority && isPreempted(other));
  return leaving ? "not eligible due to a terminating pod on the nominated node." : undefined;
}

function isPreempted({ pod }: PodInfo): boolean {
  return (pod.status?.conditions ?? []).some(
    ({ type, status, reason }) =>
      type === "DisruptionTarget" && status === "True" && reason === "PreemptionByScheduler",
  );
}

const fewestTried = 100;
const shareTried = 0.1;

/** Trying nodes is costly: on a large cluster a tenth of them, from a random start, is enough to choose from. */
function tryNodes(
  pod: PodInfo,
  potential: readonly NodeInfo[],
  snapshot: Snapshot,
  filters: readonly NamedFilter[],
  draw: Draw,
) {
  const wanted = Math.max(fewestTried, Math.floor(potential.length * shareTried));
  const offset = Math.floor(draw.random() * potential.length);
  const candidates: Candidate[] = [];
  const reasons = new Map<string, number>();
  for (let at = 0; at < potential.length && candidates.length < wanted; at++) {
    const node = potential[(offset + at) % potential.length]!;
    const found = tryNode(pod, node, snapshot, filters);
    if ("node" in found) candidates.push(found);
    else for (const reason of found.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return { candidates, reasons };
}

/** Takes away all pods that matter less, then puts back as many as still fit, protected ones first. */
function tryNode(
  pod: PodInfo,
  node: NodeInfo,
  snapshot: Snapshot,
  filters: readonly NamedFilter[],
): Candidate | { readonly reasons: readonly string[] } {
  const lower = [...node.pods.values()].filter((other) => other.priority < pod.priority).sort(byImportance);
  if (lower.length === 0) return { reasons: [noVictims] };
  const removed = new Set(lower);
  for (const victim of lower) removeFrom(node, victim, filters);
  try {
    const rejected = checkWithNominated(pod, node, snapshot, filters);
    if (rejected) return { reasons: rejected.reasons };
    const spare = (victims: readonly PodInfo[]) => {
      for (const victim of victims) {
        addTo(node, victim, filters);
        // With those that were promised the node: spared for the one and needed for the other, nobody would ever go.
        if (checkWithNominated(pod, node, snapshot, filters)) removeFrom(node, victim, filters);
        else removed.delete(victim);
      }
    };
    const { guarded, free } = divideByBudget(lower, snapshot.cluster);
    spare(guarded);
    spare(free);
    const violations = guarded.filter((victim) => removed.has(victim)).length;
    return { node, victims: [...removed], violations };
  } finally {
    for (const victim of removed) addTo(node, victim, filters);
  }
}

const startTime = ({ pod }: PodInfo) => pod.status?.startTime ?? "9999";

/** Higher priority first, then longer running. */
function byImportance(one: PodInfo, other: PodInfo): number {
  if (one.priority !== other.priority) return other.priority - one.priority;
  return startTime(one) < startTime(other) ? -1 : 1;
}

/** Each criterion counts only among nodes that are equal in all before it. */
function cheapest(candidates: readonly Candidate[]): Candidate | undefined {
  const priorities = ({ victims }: Candidate) => victims.map((victim) => victim.priority);
  const criteria: readonly ((candidate: Candidate) => number)[] = [
    ({ violations }) => violations,
    (candidate) => Math.max(...priorities(candidate)),
    (candidate) => priorities(candidate).reduce((sum, priority) => sum + priority, 0),
    ({ victims }) => victims.length,
    (candidate) => -latestStart(candidate),
  ];
  let left = candidates;
  for (const cost of criteria) {
    const least = left.reduce((lowest, candidate) => Math.min(lowest, cost(candidate)), Number.POSITIVE_INFINITY);
    left = left.filter((candidate) => cost(candidate) === least);
  }
  return left[0];
}

/** When the longest running of the most important victims began. */
function latestStart({ victims }: Candidate): number {
  const top = victims.filter((victim) => victim.priority === victims[0]?.priority);
  return Math.min(...top.map((victim) => Date.parse(victim.pod.status?.startTime ?? "") || 0));
}
