/** HorizontalPodAutoscaler. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, int32, int64, kind, list, message, quantity, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { crossVersionObjectReference, metricSpec, metricStatus } from "./metric.ts";

export const hpaScalingPolicy = message("io.k8s.api.autoscaling.v2.HPAScalingPolicy", {
  type: field(1, string, { required: true }),
  value: field(2, int32, { required: true, default: 0 }),
  periodSeconds: field(3, int32, { required: true, default: 0 }),
});
export interface HPAScalingPolicy extends Infer<typeof hpaScalingPolicy> {}

export const hpaScalingRules = message("io.k8s.api.autoscaling.v2.HPAScalingRules", {
  selectPolicy: field(1, string, { pointer: true }),
  // An empty list is no absent one, which has defaults.
  policies: field(2, list(hpaScalingPolicy, { listType: "atomic" }), { pointer: true }),
  stabilizationWindowSeconds: field(3, int32, { pointer: true }),
  tolerance: field(4, quantity),
});
export interface HPAScalingRules extends Infer<typeof hpaScalingRules> {}

export const horizontalPodAutoscalerBehavior = message("io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior", {
  scaleUp: field(1, hpaScalingRules),
  scaleDown: field(2, hpaScalingRules),
});
export interface HorizontalPodAutoscalerBehavior extends Infer<typeof horizontalPodAutoscalerBehavior> {}

export const horizontalPodAutoscalerSpec = message("io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec", {
  scaleTargetRef: field(1, crossVersionObjectReference, { required: true }),
  minReplicas: field(2, int32, { pointer: true }),
  maxReplicas: field(3, int32, { required: true, default: 0 }),
  metrics: field(4, list(metricSpec, { listType: "atomic" })),
  behavior: field(5, horizontalPodAutoscalerBehavior),
});
export interface HorizontalPodAutoscalerSpec extends Infer<typeof horizontalPodAutoscalerSpec> {}

export const horizontalPodAutoscalerCondition = message("io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  lastTransitionTime: field(3, time, { always: true }),
  reason: field(4, string),
  message: field(5, string),
});
export interface HorizontalPodAutoscalerCondition extends Infer<typeof horizontalPodAutoscalerCondition> {}

export const horizontalPodAutoscalerStatus = message("io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus", {
  observedGeneration: field(1, int64, { pointer: true }),
  lastScaleTime: field(2, time),
  currentReplicas: field(3, int32),
  desiredReplicas: field(4, int32, { required: true, default: 0 }),
  currentMetrics: field(5, list(metricStatus, { listType: "atomic" }), { always: true }),
  conditions: field(6, list(horizontalPodAutoscalerCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
});
export interface HorizontalPodAutoscalerStatus extends Infer<typeof horizontalPodAutoscalerStatus> {}

export const horizontalPodAutoscaler = kind("io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler", "autoscaling/v2", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, horizontalPodAutoscalerSpec, { required: true }),
  status: field(3, horizontalPodAutoscalerStatus, { always: true }),
});
export interface HorizontalPodAutoscaler extends Infer<typeof horizontalPodAutoscaler> {}

export const horizontalPodAutoscalerList = listKind(
  "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerList",
  horizontalPodAutoscaler,
);
export interface HorizontalPodAutoscalerList extends Infer<typeof horizontalPodAutoscalerList> {}
