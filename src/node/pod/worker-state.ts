/**
 * The life of a pod on its node, as states that name what comes next:
 *
 * syncing → terminating → terminated → finished
 *
 * `syncing` brings the containers to what the spec says, again and again. `terminating` ends them. `terminated` has none left, gives
 * back what the pod held, and waits for the API to delete the pod. `finished` has nothing left but what is kept for logs.
 */
import { isDeepStrictEqual } from "node:util";
import type { corev1 } from "../../api/mod.ts";
import type { PodVerdict } from "./pod-status.ts";

export type TerminationCause =
  /** The API asks for it. */
  | { readonly kind: "deleted" }
  /** The object is gone from the API, or belongs to another pod now. */
  | { readonly kind: "removed" }
  /** All containers have ended by themselves. */
  | { readonly kind: "completed" }
  /** The node ends it, or never took it. */
  | { readonly kind: "verdict"; readonly verdict: PodVerdict };

export type WorkerState =
  | { readonly kind: "syncing" }
  | { readonly kind: "terminating"; readonly cause: TerminationCause; readonly graceSeconds: number }
  | { readonly kind: "terminated"; readonly cause: TerminationCause; readonly released: boolean }
  | { readonly kind: "finished"; readonly cause: TerminationCause };

const defaultGraceSeconds = 30;

/** How long the pod's containers have to end. */
export function graceSeconds({ metadata, spec }: corev1.Pod, cause: TerminationCause): number {
  const own = spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
  if (cause.kind === "deleted" || cause.kind === "removed") {
    // Zero in the API means "forget it": the containers still get their signal.
    return Math.max(1, metadata.deletionGracePeriodSeconds ?? own);
  }
  return Math.max(1, own);
}

/** Why the pod is to end, if it is. */
export function terminationCause(
  pod: corev1.Pod,
  removed: boolean,
  verdict: PodVerdict | undefined,
): TerminationCause | undefined {
  if (removed) return { kind: "removed" };
  if (pod.metadata.deletionTimestamp !== undefined) return { kind: "deleted" };
  if (verdict !== undefined) return { kind: "verdict", verdict };
  const { phase } = pod.status ?? {};
  return phase === "Succeeded" || phase === "Failed" ? { kind: "completed" } : undefined;
}

/** Whether there is more to do for the newer state than for the older. */
export function asksForAnotherRound({ metadata: old }: corev1.Pod, { metadata }: corev1.Pod): boolean {
  return (
    old.generation !== metadata.generation ||
    old.deletionTimestamp !== metadata.deletionTimestamp ||
    old.deletionGracePeriodSeconds !== metadata.deletionGracePeriodSeconds ||
    !isDeepStrictEqual(old.labels, metadata.labels) ||
    !isDeepStrictEqual(old.annotations, metadata.annotations)
  );
}
