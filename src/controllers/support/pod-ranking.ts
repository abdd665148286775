/** Which pods go first when there are too many (KEP-2255 for the deletion cost, KEP-2185 for the logarithmic ages). */
import type { corev1 } from "../../api/mod.ts";
import { compareText, parseTime } from "./object.ts";
import { isPodReady, maxRestarts, readySince } from "./pod-state.ts";

export const deletionCostAnnotation = "controller.kubernetes.io/pod-deletion-cost";

export interface RankedPod {
  readonly pod: corev1.Pod;
  /** How many pods of the same owner family share its node: the more, the sooner one of them goes. */
  readonly crowd: number;
}

/** Negative where `a` is to be deleted before `b`; `now` in milliseconds. */
export function compareForDeletion(a: RankedPod, b: RankedPod, now: number): number {
  return (
    compareNumber(assigned(a.pod), assigned(b.pod)) ||
    compareNumber(phaseOrder(a.pod), phaseOrder(b.pod)) ||
    compareNumber(Number(isPodReady(a.pod)), Number(isPodReady(b.pod))) ||
    compareNumber(deletionCost(a.pod), deletionCost(b.pod)) ||
    compareNumber(b.crowd, a.crowd) ||
    compareReadyAge(a.pod, b.pod, now) ||
    compareNumber(maxRestarts(b.pod), maxRestarts(a.pod)) ||
    compareAge(parseTime(a.pod.metadata.creationTimestamp), parseTime(b.pod.metadata.creationTimestamp), now) ||
    compareText(a.pod.metadata.uid, b.pod.metadata.uid)
  );
}

/** The `count` pods to delete, in order. `related` are all pods of the same owner family, counted per node. */
export function podsToDelete(options: {
  readonly pods: readonly corev1.Pod[];
  readonly related: readonly corev1.Pod[];
  readonly count: number;
  readonly now: number;
}): corev1.Pod[] {
  const { pods, count, now } = options;
  if (count >= pods.length) return [...pods];
  const crowds = countByNode(options.related);
  const ranked = pods.map((pod) => ({ pod, crowd: crowds.get(pod.spec.nodeName ?? "") ?? 0 }));
  return ranked
    .sort((a, b) => compareForDeletion(a, b, now))
    .slice(0, count)
    .map((one) => one.pod);
}

function countByNode(pods: readonly corev1.Pod[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const pod of pods) {
    const node = pod.spec.nodeName;
    if (node) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}

function assigned(pod: corev1.Pod): number {
  return pod.spec.nodeName ? 1 : 0;
}

function phaseOrder(pod: corev1.Pod): number {
  const phase = pod.status?.phase;
  return phase === "Running" ? 2 : phase === "Unknown" ? 1 : 0;
}

/** A 32-bit integer; anything else counts as 0. */
function deletionCost(pod: corev1.Pod): number {
  const text = pod.metadata.annotations?.[deletionCostAnnotation];
  if (text === undefined || !/^(0|-?[1-9]\d*)$/.test(text)) return 0;
  const cost = Number(text);
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0;
}

/** Ready for a shorter time goes first; only meaningful where both are ready. */
function compareReadyAge(a: corev1.Pod, b: corev1.Pod, now: number): number {
  return isPodReady(a) && isPodReady(b) ? compareAge(readySince(a), readySince(b), now) : 0;
}

/** The younger first, ages compared by their order of magnitude so that near equals fall to the next rule. */
function compareAge(a: number, b: number, now: number): number {
  if (a === b) return 0;
  if (a === 0 || b === 0) return a === 0 ? -1 : 1;
  return compareNumber(ageRank(a, now), ageRank(b, now));
}

function ageRank(since: number, now: number): number {
  const nanoseconds = (now - since) * 1e6;
  return nanoseconds <= 1 ? 0 : Math.floor(Math.log2(nanoseconds));
}

function compareNumber(a: number, b: number): number {
  return a - b;
}
