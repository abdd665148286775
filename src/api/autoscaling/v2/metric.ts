/** What an autoscaler measures. */
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { field, int32, message, quantity, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const metricTarget = message("io.k8s.api.autoscaling.v2.MetricTarget", {
  type: field(1, string, { required: true }),
  value: field(2, quantity),
  averageValue: field(3, quantity),
  averageUtilization: field(4, int32, { pointer: true }),
});
export interface MetricTarget extends Infer<typeof metricTarget> {}

export const containerResourceMetricSource = message("io.k8s.api.autoscaling.v2.ContainerResourceMetricSource", {
  name: field(1, string, { required: true }),
  target: field(2, metricTarget, { required: true }),
  container: field(3, string, { required: true }),
});
export interface ContainerResourceMetricSource extends Infer<typeof containerResourceMetricSource> {}

export const metricValueStatus = message("io.k8s.api.autoscaling.v2.MetricValueStatus", {
  value: field(1, quantity),
  averageValue: field(2, quantity),
  averageUtilization: field(3, int32, { pointer: true }),
});
export interface MetricValueStatus extends Infer<typeof metricValueStatus> {}

export const containerResourceMetricStatus = message("io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus", {
  name: field(1, string, { required: true }),
  current: field(2, metricValueStatus, { required: true }),
  container: field(3, string, { required: true }),
});
export interface ContainerResourceMetricStatus extends Infer<typeof containerResourceMetricStatus> {}

export const crossVersionObjectReference = message("io.k8s.api.autoscaling.v2.CrossVersionObjectReference", {
  kind: field(1, string, { required: true }),
  name: field(2, string, { required: true }),
  apiVersion: field(3, string),
});
export interface CrossVersionObjectReference extends Infer<typeof crossVersionObjectReference> {}

export const metricIdentifier = message("io.k8s.api.autoscaling.v2.MetricIdentifier", {
  name: field(1, string, { required: true }),
  selector: field(2, labelSelector),
});
export interface MetricIdentifier extends Infer<typeof metricIdentifier> {}

export const externalMetricSource = message("io.k8s.api.autoscaling.v2.ExternalMetricSource", {
  metric: field(1, metricIdentifier, { required: true }),
  target: field(2, metricTarget, { required: true }),
});
export interface ExternalMetricSource extends Infer<typeof externalMetricSource> {}

export const externalMetricStatus = message("io.k8s.api.autoscaling.v2.ExternalMetricStatus", {
  metric: field(1, metricIdentifier, { required: true }),
  current: field(2, metricValueStatus, { required: true }),
});
export interface ExternalMetricStatus extends Infer<typeof externalMetricStatus> {}

export const objectMetricSource = message("io.k8s.api.autoscaling.v2.ObjectMetricSource", {
  describedObject: field(1, crossVersionObjectReference, { required: true }),
  target: field(2, metricTarget, { required: true }),
  metric: field(3, metricIdentifier, { required: true }),
});
export interface ObjectMetricSource extends Infer<typeof objectMetricSource> {}

export const podsMetricSource = message("io.k8s.api.autoscaling.v2.PodsMetricSource", {
  metric: field(1, metricIdentifier, { required: true }),
  target: field(2, metricTarget, { required: true }),
});
export interface PodsMetricSource extends Infer<typeof podsMetricSource> {}

export const resourceMetricSource = message("io.k8s.api.autoscaling.v2.ResourceMetricSource", {
  name: field(1, string, { required: true }),
  target: field(2, metricTarget, { required: true }),
});
export interface ResourceMetricSource extends Infer<typeof resourceMetricSource> {}

export const metricSpec = message("io.k8s.api.autoscaling.v2.MetricSpec", {
  type: field(1, string, { required: true }),
  object: field(2, objectMetricSource),
  pods: field(3, podsMetricSource),
  resource: field(4, resourceMetricSource),
  external: field(5, externalMetricSource),
  containerResource: field(7, containerResourceMetricSource),
});
export interface MetricSpec extends Infer<typeof metricSpec> {}

export const objectMetricStatus = message("io.k8s.api.autoscaling.v2.ObjectMetricStatus", {
  metric: field(1, metricIdentifier, { required: true }),
  current: field(2, metricValueStatus, { required: true }),
  describedObject: field(3, crossVersionObjectReference, { required: true }),
});
export interface ObjectMetricStatus extends Infer<typeof objectMetricStatus> {}

export const podsMetricStatus = message("io.k8s.api.autoscaling.v2.PodsMetricStatus", {
  metric: field(1, metricIdentifier, { required: true }),
  current: field(2, metricValueStatus, { required: true }),
});
export interface PodsMetricStatus extends Infer<typeof podsMetricStatus> {}

export const resourceMetricStatus = message("io.k8s.api.autoscaling.v2.ResourceMetricStatus", {
  name: field(1, string, { required: true }),
  current: field(2, metricValueStatus, { required: true }),
});
export interface ResourceMetricStatus extends Infer<typeof resourceMetricStatus> {}

export const metricStatus = message("io.k8s.api.autoscaling.v2.MetricStatus", {
  type: field(1, string, { required: true }),
  object: field(2, objectMetricStatus),
  pods: field(3, podsMetricStatus),
  resource: field(4, resourceMetricStatus),
  external: field(5, externalMetricStatus),
  containerResource: field(7, containerResourceMetricStatus),
});
export interface MetricStatus extends Infer<typeof metricStatus> {}
