/** HorizontalPodAutoscaler in its first form, by CPU only. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, int32, int64, kind, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const crossVersionObjectReference = message(
  "io.k8s.api.autoscaling.v1.CrossVersionObjectReference",
  {
    kind: field(1, string, { required: true }),
    name: field(2, string, { required: true }),
    apiVersion: field(3, string),
  },
  { mapType: "atomic" },
);
export interface CrossVersionObjectReference extends Infer<typeof crossVersionObjectReference> {}

export const horizontalPodAutoscalerSpec = message("io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec", {
  scaleTargetRef: field(1, crossVersionObjectReference, { required: true }),
  minReplicas: field(2, int32, { pointer: true }),
  maxReplicas: field(3, int32, { required: true, default: 0 }),
  targetCPUUtilizationPercentage: field(4, int32, { pointer: true }),
});
export interface HorizontalPodAutoscalerSpec extends Infer<typeof horizontalPodAutoscalerSpec> {}

export const horizontalPodAutoscalerStatus = message("io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus", {
  observedGeneration: field(1, int64, { pointer: true }),
  lastScaleTime: field(2, time),
  currentReplicas: field(3, int32, { required: true, default: 0 }),
  desiredReplicas: field(4, int32, { required: true, default: 0 }),
  currentCPUUtilizationPercentage: field(5, int32, { pointer: true }),
});
export interface HorizontalPodAutoscalerStatus extends Infer<typeof horizontalPodAutoscalerStatus> {}

export const horizontalPodAutoscaler = kind("io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler", "autoscaling/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, horizontalPodAutoscalerSpec, { required: true }),
  status: field(3, horizontalPodAutoscalerStatus, { always: true }),
});
export interface HorizontalPodAutoscaler extends Infer<typeof horizontalPodAutoscaler> {}

export const horizontalPodAutoscalerList = listKind(
  "io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerList",
  horizontalPodAutoscaler,
);
export interface HorizontalPodAutoscalerList extends Infer<typeof horizontalPodAutoscalerList> {}
