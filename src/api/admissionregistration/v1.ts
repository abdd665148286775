export * from "./v1/enums.ts";
export * from "./v1/match.ts";
export * from "./v1/policy.ts";
export * from "./v1/webhook.ts";
