/** The sentence that tells people why a pod waits: tools and people match on it. */
import type { Diagnosis } from "./cycle.ts";

/** For instance `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s).` */
export function diagnosisMessage(diagnosis: Diagnosis): string {
  const { nodeCount, rejections, absent, beforeNodes } = diagnosis;
  if (nodeCount === 0) return "no nodes available to schedule pods";
  const counts = new Map<string, number>();
  const count = (reasons: readonly string[], amount: number) => {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + amount);
  };
  if (beforeNodes) return available(nodeCount, beforeNodes.reasons.join(", "));
  for (const { reasons } of rejections.values()) count(reasons, 1);
  if (absent && rejections.size < nodeCount) count(absent.reasons, nodeCount - rejections.size);
  return available(nodeCount, countList(counts));
}

export function available(nodeCount: number, reasons: string): string {
  return `0/${nodeCount} nodes are available: ${reasons}.`;
}

/** Sorted as text, as upstream does: `10 …` stands before `2 …`. */
export function countList(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(", ");
}

/** The plugins whose rejection something must change before another try is worth it. */
export function rejectingPlugins({ rejections, absent, beforeNodes }: Diagnosis): ReadonlySet<string> {
  const all = [...rejections.values(), absent, beforeNodes];
  return new Set(all.flatMap((rejected) => rejected?.plugin ?? []));
}
