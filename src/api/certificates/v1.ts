export * from "./v1/certificate-signing-request.ts";
