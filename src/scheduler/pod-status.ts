/** What the scheduler writes into the status of pods. */
import { type corev1, formatTime, resources } from "../api/mod.ts";
import type { Client } from "../client/mod.ts";

export interface PodStatusChange {
  readonly condition?: Pick<corev1.PodCondition, "type" | "status" | "reason" | "message">;
  /** Empty: taken away. */
  readonly nominatedNodeName?: string;
}

/** Writes only what differs from the pod as known. */
export async function patchPodStatus(
  client: Client,
  pod: corev1.Pod,
  change: PodStatusChange,
  now: number,
): Promise<void> {
  const condition = change.condition && changedCondition(pod, change.condition, now);
  const nominated = change.nominatedNodeName;
  const moves = nominated !== undefined && nominated !== (pod.status?.nominatedNodeName ?? "");
  if (!condition && !moves) return;
  const status = {
    ...(condition && { conditions: [condition] }),
    ...(moves && { nominatedNodeName: nominated === "" ? null : nominated }),
  };
  const { namespace, name, uid } = pod.metadata;
  await client
    .resource(resources.pods)
    .patch(name, { metadata: { uid }, status }, { type: "strategic", namespace, subresource: "status" });
}

function changedCondition(
  pod: corev1.Pod,
  wanted: NonNullable<PodStatusChange["condition"]>,
  now: number,
): Record<string, unknown> | undefined {
  const present = pod.status?.conditions?.find(({ type }) => type === wanted.type);
  const { status, reason, message } = wanted;
  if (present?.status === status && present.reason === reason && present.message === message) return undefined;
  const lastTransitionTime = present?.status === status ? present.lastTransitionTime : formatTime(now);
  const observedGeneration = pod.metadata.generation;
  return { ...wanted, lastProbeTime: null, lastTransitionTime, ...(observedGeneration && { observedGeneration }) };
}
