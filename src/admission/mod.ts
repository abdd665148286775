export type { AdmissionContext } from "./context.ts";
export type { AdmissionAttributes, AdmissionPlugin, Operation } from "./contract.ts";
export { admissionPlugins } from "./plugins.ts";
export { quotaRules } from "./quota/rules.ts";
