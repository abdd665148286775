import type { corev1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";

const hints = "service.kubernetes.io/topology-aware-hints";

export function serviceWarnings({ metadata, spec }: corev1.Service, context: RequestContext): string[] {
  if (context.subresource) return [];
  const warnings: string[] = [];
  if (metadata.annotations?.[hints] !== undefined)
    warnings.push(`annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`);
  if (spec.clusterIP === "None") {
    if (spec.loadBalancerIP) warnings.push("spec.loadBalancerIP is ignored for headless services");
    if (spec.externalIPs?.length) warnings.push("spec.externalIPs is ignored for headless services");
    if (spec.sessionAffinity !== undefined && spec.sessionAffinity !== "None")
      warnings.push("spec.SessionAffinity is ignored for headless services");
  }
  if (spec.externalName && spec.type !== "ExternalName")
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec.externalIPs?.length && spec.type === "ExternalName")
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  else if (spec.externalIPs?.length)
    warnings.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  if (spec.trafficDistribution === "PreferClose")
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return warnings;
}
