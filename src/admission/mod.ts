export type { AdmissionContext } from "./context.ts";
export type { AdmissionAttributes, AdmissionForm, AdmissionPlugin, Operation } from "./contract.ts";
export { admissionPlugins } from "./plugins.ts";
export { quotaRules } from "./quota/rules.ts";
export { Reinvocation } from "./reinvocation.ts";
