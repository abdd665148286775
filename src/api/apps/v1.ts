export * from "./v1/controller-revision.ts";
export * from "./v1/daemon-set.ts";
export * from "./v1/deployment.ts";
export * from "./v1/replica-set.ts";
export * from "./v1/stateful-set.ts";
