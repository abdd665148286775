export * from "./v1/lease.ts";
