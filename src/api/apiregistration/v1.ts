export * from "./v1/api-service.ts";
