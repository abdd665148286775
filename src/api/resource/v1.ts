export * from "./v1/allocation.ts";
export * from "./v1/device-claim.ts";
export * from "./v1/device-class.ts";
export * from "./v1/enums.ts";
export * from "./v1/resource-claim.ts";
export * from "./v1/resource-slice.ts";
