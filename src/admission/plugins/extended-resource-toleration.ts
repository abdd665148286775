/** Nodes with devices may carry a taint named as the device: pods that ask for one tolerate it. Off by default. */
import { type corev1, ownPart, resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { concerns, incoming, isWrite } from "../request.ts";

const domain = /(^|\.)kubernetes\.io\//;

const isExtended = (name: string): boolean => name.includes("/") && !domain.test(name) && !name.startsWith("requests.");

function extendedResources({ spec }: corev1.Pod): string[] {
  const asked = [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ resources: wanted }) =>
    Object.keys(wanted?.requests ?? {}),
  );
  return [...new Set(asked.filter(isExtended))].sort();
}

function isSame(one: corev1.Toleration, key: string): boolean {
  return one.key === key && one.operator === "Exists" && one.effect === "NoSchedule" && !one.value;
}

export const extendedResourceToleration: AdmissionPlugin = {
  name: "ExtendedResourceToleration",
  handlesByKind: true,

  handles(attributes: AdmissionAttributes): boolean {
    return isWrite(attributes) && concerns(attributes, resources.pods);
  },

  admit(attributes: AdmissionAttributes): void {
    const pod = incoming<corev1.Pod>(attributes);
    const given = pod.spec.tolerations ?? [];
    const missing = extendedResources(pod).filter((key) => !given.some((one) => isSame(one, key)));
    if (missing.length === 0) return;
    const added = missing.map((key) => ({ key, operator: "Exists", effect: "NoSchedule" }) as const);
    ownPart(pod, "spec").tolerations = [...given, ...added];
  },
};
