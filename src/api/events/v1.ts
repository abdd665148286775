export * from "./v1/event.ts";
