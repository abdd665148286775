export * from "./v1/priority-class.ts";
