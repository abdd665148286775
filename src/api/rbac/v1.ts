export * from "./v1/rbac.ts";
