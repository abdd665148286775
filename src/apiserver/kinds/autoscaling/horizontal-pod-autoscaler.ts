import { type autoscalingv1, type autoscalingv2, resources } from "../../../api/mod.ts";
import type { Strategy, TableColumn } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateAutoscaler } from "./horizontal-pod-autoscaler-validation.ts";
import { targetsText } from "./metric-text.ts";

const nothingScaled = { currentMetrics: [], desiredReplicas: 0 };

export const horizontalPodAutoscaler: Strategy<autoscalingv2.HorizontalPodAutoscaler> = {
  resource: resources.horizontalpodautoscalers,
  hasStatus: true,
  columns: columns<autoscalingv2.HorizontalPodAutoscaler>(({ spec, status }) =>
    targetsText(spec.metrics ?? [], status?.currentMetrics ?? []),
  ),
  prepareForCreate(object) {
    object.status = { ...nothingScaled };
  },
  validate: validateAutoscaler,
  validateUpdate: validateAutoscaler,
};

export const horizontalPodAutoscalerV1: Strategy<autoscalingv1.HorizontalPodAutoscaler> = {
  resource: resources.horizontalpodautoscalersV1,
  hasStatus: true,
  columns: columns<autoscalingv1.HorizontalPodAutoscaler>(({ spec, status }) => {
    const { targetCPUUtilizationPercentage: wanted } = spec;
    const current = status?.currentCPUUtilizationPercentage;
    return wanted === undefined ? "<none>" : `cpu: ${current === undefined ? "<unknown>" : `${current}%`}/${wanted}%`;
  }),
};

type Either = autoscalingv1.HorizontalPodAutoscaler | autoscalingv2.HorizontalPodAutoscaler;

function columns<T extends Either>(targets: (object: T) => string): TableColumn<T>[] {
  return [
    nameColumn,
    text("Reference", ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`, {
      describedBy: "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec.scaleTargetRef",
    }),
    text("Targets", targets, { describedBy: "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec.metrics" }),
    text("MinPods", ({ spec }) => (spec.minReplicas === undefined ? "<unset>" : String(spec.minReplicas)), {
      describedBy: "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec.minReplicas",
    }),
    text("MaxPods", ({ spec }) => spec.maxReplicas, {
      describedBy: "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec.maxReplicas",
    }),
    text("Replicas", ({ status }) => status?.currentReplicas ?? 0, {
      describedBy: "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus.currentReplicas",
    }),
    ageColumn,
  ];
}
