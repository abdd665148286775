export * from "./v1/endpoint-slice.ts";
