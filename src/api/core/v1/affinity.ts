/** Where pods want to be, beside what. */
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { enumeration, field, int32, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { nodeSelector, preferredSchedulingTerm } from "./node-selector.ts";

export const nodeAffinity = message("io.k8s.api.core.v1.NodeAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: field(1, nodeSelector),
  preferredDuringSchedulingIgnoredDuringExecution: field(2, list(preferredSchedulingTerm, { listType: "atomic" })),
});
export interface NodeAffinity extends Infer<typeof nodeAffinity> {}

export const podAffinityTerm = message("io.k8s.api.core.v1.PodAffinityTerm", {
  labelSelector: field(1, labelSelector),
  namespaces: field(2, list(string, { listType: "atomic" })),
  topologyKey: field(3, string, { required: true }),
  namespaceSelector: field(4, labelSelector),
  matchLabelKeys: field(5, list(string, { listType: "atomic" })),
  mismatchLabelKeys: field(6, list(string, { listType: "atomic" })),
});
export interface PodAffinityTerm extends Infer<typeof podAffinityTerm> {}

export const weightedPodAffinityTerm = message("io.k8s.api.core.v1.WeightedPodAffinityTerm", {
  weight: field(1, int32, { required: true, default: 0 }),
  podAffinityTerm: field(2, podAffinityTerm, { required: true }),
});
export interface WeightedPodAffinityTerm extends Infer<typeof weightedPodAffinityTerm> {}

export const podAffinity = message("io.k8s.api.core.v1.PodAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: field(1, list(podAffinityTerm, { listType: "atomic" })),
  preferredDuringSchedulingIgnoredDuringExecution: field(2, list(weightedPodAffinityTerm, { listType: "atomic" })),
});
export interface PodAffinity extends Infer<typeof podAffinity> {}

export const podAntiAffinity = message("io.k8s.api.core.v1.PodAntiAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: field(1, list(podAffinityTerm, { listType: "atomic" })),
  preferredDuringSchedulingIgnoredDuringExecution: field(2, list(weightedPodAffinityTerm, { listType: "atomic" })),
});
export interface PodAntiAffinity extends Infer<typeof podAntiAffinity> {}

export const affinity = message("io.k8s.api.core.v1.Affinity", {
  nodeAffinity: field(1, nodeAffinity),
  podAffinity: field(2, podAffinity),
  podAntiAffinity: field(3, podAntiAffinity),
});
export interface Affinity extends Infer<typeof affinity> {}

export const nodeInclusionPolicy = enumeration("Honor", "Ignore");
export type NodeInclusionPolicy = Infer<typeof nodeInclusionPolicy>;

export const unsatisfiableConstraintAction = enumeration("DoNotSchedule", "ScheduleAnyway");
export type UnsatisfiableConstraintAction = Infer<typeof unsatisfiableConstraintAction>;

export const topologySpreadConstraint = message("io.k8s.api.core.v1.TopologySpreadConstraint", {
  maxSkew: field(1, int32, { required: true, default: 0 }),
  topologyKey: field(2, string, { required: true }),
  whenUnsatisfiable: field(3, unsatisfiableConstraintAction, { required: true }),
  labelSelector: field(4, labelSelector),
  minDomains: field(5, int32, { pointer: true }),
  nodeAffinityPolicy: field(6, nodeInclusionPolicy, { pointer: true }),
  nodeTaintsPolicy: field(7, nodeInclusionPolicy, { pointer: true }),
  matchLabelKeys: field(8, list(string, { listType: "atomic" })),
});
export interface TopologySpreadConstraint extends Infer<typeof topologySpreadConstraint> {}

export const volumeNodeAffinity = message("io.k8s.api.core.v1.VolumeNodeAffinity", {
  required: field(1, nodeSelector),
});
export interface VolumeNodeAffinity extends Infer<typeof volumeNodeAffinity> {}
