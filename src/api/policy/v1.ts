export * from "./v1/pod-disruption-budget.ts";
