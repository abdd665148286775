export * from "./v1/discovery.ts";
export * from "./v1/label-selector.ts";
export * from "./v1/list-kind.ts";
export * from "./v1/object-meta.ts";
export * from "./v1/options.ts";
export * from "./v1/partial-object.ts";
export * from "./v1/status.ts";
