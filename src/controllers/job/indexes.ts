/** Sets of completion indexes in the form that a Job's status has them: `1,3-5,7`. Pure. */
import type { corev1, KubernetesObject } from "../../api/mod.ts";

export const completionIndexAnnotation = "batch.kubernetes.io/job-completion-index";

/** Indexes below `completions`; what cannot be read is left out. */
export function parseIndexes(text: string | undefined, completions: number): Set<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? "").split(",")) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (match === null) continue;
    const last = Math.min(Number(match[2] ?? match[1]), completions - 1);
    for (let index = Number(match[1]); index <= last; index += 1) indexes.add(index);
  }
  return indexes;
}

/** Runs of three or more are ranges: `1,2` stays, `1,2,3` is `1-3`. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (sorted[end + 1] === sorted[end]! + 1) end += 1;
    parts.push(rangeText(sorted[start]!, sorted[end]!));
    start = end + 1;
  }
  return parts.join(",");
}

function rangeText(first: number, last: number): string {
  if (first === last) return String(first);
  return last === first + 1 ? `${first},${last}` : `${first}-${last}`;
}

/** Undefined where the object carries no index. */
export function completionIndexOf(object: KubernetesObject | corev1.Pod): number | undefined {
  const text = object.metadata.annotations?.[completionIndexAnnotation];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
