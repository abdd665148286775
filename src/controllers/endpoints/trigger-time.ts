/** When what endpoints show last changed: proxies measure from it how long it takes until they follow. Pure. */
import { type corev1, formatTime } from "../../api/mod.ts";
import { parseTime } from "../support/object.ts";
import { podCondition } from "../support/pod-state.ts";

export const triggerTimeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

/** The newest of the service's creation and its pods' turns to ready or away from it. */
export function triggerTime(service: corev1.Service, pods: readonly corev1.Pod[]): string {
  let newest = parseTime(service.metadata.creationTimestamp);
  for (const pod of pods) newest = Math.max(newest, parseTime(podCondition(pod, "Ready")?.lastTransitionTime));
  return formatTime(newest);
}
