export * from "./v1/custom-resource-definition.ts";
export * from "./v1/json-schema.ts";
