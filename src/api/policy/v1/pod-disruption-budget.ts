/** PodDisruptionBudget, and Eviction. */
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { condition, objectMeta } from "../../meta/v1/object-meta.ts";
import { deleteOptions } from "../../meta/v1/options.ts";
import {
  enumeration,
  field,
  int32,
  int64,
  intOrString,
  kind,
  list,
  map,
  message,
  time,
} from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const eviction = kind("io.k8s.api.policy.v1.Eviction", "policy/v1", {
  metadata: field(1, objectMeta, { always: true }),
  deleteOptions: field(2, deleteOptions),
});
export interface Eviction extends Infer<typeof eviction> {}

export const unhealthyPodEvictionPolicyType = enumeration("AlwaysAllow", "IfHealthyBudget");
export type UnhealthyPodEvictionPolicyType = Infer<typeof unhealthyPodEvictionPolicyType>;

export const podDisruptionBudgetSpec = message("io.k8s.api.policy.v1.PodDisruptionBudgetSpec", {
  minAvailable: field(1, intOrString),
  selector: field(2, labelSelector, { patchStrategy: "replace" }),
  maxUnavailable: field(3, intOrString),
  unhealthyPodEvictionPolicy: field(4, unhealthyPodEvictionPolicyType, { pointer: true }),
});
export interface PodDisruptionBudgetSpec extends Infer<typeof podDisruptionBudgetSpec> {}

export const podDisruptionBudgetStatus = message("io.k8s.api.policy.v1.PodDisruptionBudgetStatus", {
  observedGeneration: field(1, int64),
  disruptedPods: field(2, map(time)),
  disruptionsAllowed: field(3, int32, { always: true, default: 0 }),
  currentHealthy: field(4, int32, { always: true, default: 0 }),
  desiredHealthy: field(5, int32, { always: true, default: 0 }),
  expectedPods: field(6, int32, { always: true, default: 0 }),
  conditions: field(7, list(condition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
});
export interface PodDisruptionBudgetStatus extends Infer<typeof podDisruptionBudgetStatus> {}

export const podDisruptionBudget = kind("io.k8s.api.policy.v1.PodDisruptionBudget", "policy/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, podDisruptionBudgetSpec, { always: true }),
  status: field(3, podDisruptionBudgetStatus, { always: true }),
});
export interface PodDisruptionBudget extends Infer<typeof podDisruptionBudget> {}

export const podDisruptionBudgetList = listKind("io.k8s.api.policy.v1.PodDisruptionBudgetList", podDisruptionBudget);
export interface PodDisruptionBudgetList extends Infer<typeof podDisruptionBudgetList> {}
