/** How hard a pod's resources are promised: Guaranteed, Burstable, BestEffort. */
import { compareQuantities, type corev1 } from "../../api/mod.ts";

const counted = ["cpu", "memory"] as const;

function isPositive(quantity: string | undefined): quantity is string {
  return quantity !== undefined && compareQuantities(quantity, "0") > 0;
}

function resourcesOf(pod: corev1.Pod): corev1.ResourceRequirements[] {
  const own = pod.spec.resources;
  if (own?.requests !== undefined || own?.limits !== undefined) return [own];
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(({ resources }) => resources ?? {});
}

function isGuaranteed({ requests, limits }: corev1.ResourceRequirements): boolean {
  return counted.every((name) => {
    const limit = limits?.[name];
    if (!isPositive(limit)) return false;
    return compareQuantities(requests?.[name] ?? limit, limit) === 0;
  });
}

export function qualityOfService(pod: corev1.Pod): corev1.PodQOSClass {
  const all = resourcesOf(pod);
  const any = all.some(({ requests, limits }) =>
    counted.some((name) => isPositive(requests?.[name]) || isPositive(limits?.[name])),
  );
  if (!any) return "BestEffort";
  return all.every(isGuaranteed) ? "Guaranteed" : "Burstable";
}
