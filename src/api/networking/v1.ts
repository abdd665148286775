export * from "./v1/ingress.ts";
export * from "./v1/ingress-class.ts";
export * from "./v1/network-policy.ts";
export * from "./v1/service-cidr.ts";
