export * from "./v2/horizontal-pod-autoscaler.ts";
export * from "./v2/metric.ts";
