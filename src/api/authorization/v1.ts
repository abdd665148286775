export * from "./v1/authorization.ts";
