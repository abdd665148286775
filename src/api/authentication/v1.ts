export * from "./v1/authentication.ts";
