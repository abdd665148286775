export * from "./v1/flow-schema.ts";
export * from "./v1/priority-level-configuration.ts";
