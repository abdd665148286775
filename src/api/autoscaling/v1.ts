export * from "./v1/horizontal-pod-autoscaler.ts";
export * from "./v1/scale.ts";
