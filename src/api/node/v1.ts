export * from "./v1/runtime-class.ts";
