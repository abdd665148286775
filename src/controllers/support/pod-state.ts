/** What controllers ask about a pod's state. */
import type { corev1 } from "../../api/mod.ts";
import { type ConditionContent, setCondition } from "./conditions.ts";
import { isDeleting, parseTime } from "./object.ts";

export function podCondition(pod: corev1.Pod, type: string): corev1.PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

export function isPodReady(pod: corev1.Pod): boolean {
  return podCondition(pod, "Ready")?.status === "True";
}

/** Ready, and for at least `minReadySeconds` at `now` (milliseconds). */
export function isPodAvailable(pod: corev1.Pod, minReadySeconds: number, now: number): boolean {
  return availableIn(pod, minReadySeconds, now) === 0;
}

/** Milliseconds until the pod is available if it stays ready; 0: it is; undefined: it is not ready. */
export function availableIn(pod: corev1.Pod, minReadySeconds: number, now: number): number | undefined {
  const ready = podCondition(pod, "Ready");
  if (ready?.status !== "True") return undefined;
  if (minReadySeconds === 0) return 0;
  if (ready.lastTransitionTime === undefined) return undefined;
  return Math.max(0, parseTime(ready.lastTransitionTime) + minReadySeconds * 1000 - now);
}

/** Succeeded or failed: its containers will never run again. */
export function isPodTerminal(pod: corev1.Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** Counts towards replicas. */
export function isPodActive(pod: corev1.Pod): boolean {
  return !isPodTerminal(pod) && !isDeleting(pod);
}

/** On its way out but perhaps still running. */
export function isPodTerminating(pod: corev1.Pod): boolean {
  return !isPodTerminal(pod) && isDeleting(pod);
}

/** Restarts of the container that restarted most. Restartable init containers (sidecars) count. */
export function maxRestarts(pod: corev1.Pod): number {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...sidecarStatuses(pod)];
  return statuses.reduce((most, status) => Math.max(most, status.restartCount ?? 0), 0);
}

function sidecarStatuses(pod: corev1.Pod): readonly corev1.ContainerStatus[] {
  const sidecars = new Set(
    (pod.spec.initContainers ?? []).filter((one) => one.restartPolicy === "Always").map((one) => one.name),
  );
  return (pod.status?.initContainerStatuses ?? []).filter((status) => sidecars.has(status.name));
}

/** When the pod last became ready, in milliseconds; 0 where unknown. */
export function readySince(pod: corev1.Pod): number {
  const ready = podCondition(pod, "Ready");
  return ready?.status === "True" ? parseTime(ready.lastTransitionTime) : 0;
}

/** The pod with this condition, which says of which generation of the pod it speaks. */
export function withPodCondition(pod: corev1.Pod, content: ConditionContent, now: number): corev1.Pod {
  const conditions = setCondition(pod.status?.conditions, content, now) as corev1.PodCondition[];
  const observedGeneration = pod.metadata.generation ?? 0;
  const observed = conditions.map((one) => (one.type === content.type ? { ...one, observedGeneration } : one));
  return { ...pod, status: { ...pod.status, conditions: observed } };
}

/** Why somebody other than its owner ends the pod: Jobs may be told not to count such failures. */
export function withDisruptionTarget(pod: corev1.Pod, reason: string, message: string, now: number): corev1.Pod {
  return withPodCondition(pod, { type: "DisruptionTarget", status: "True", reason, message }, now);
}
