export type { AdmissionContext } from "./context.ts";
export type { AdmissionAttributes, AdmissionForm, AdmissionPlugin, Operation } from "./contract.ts";
export {
  type PolicyExpressionCheck,
  policyExpressionCheck,
  policyTypeWarnings,
  webhookConditionProblem,
} from "./expressions.ts";
export type { AdmissionOptions } from "./options.ts";
export { admissionPlugins } from "./plugins.ts";
export type { PodSecurityEvaluation, PodSecurityObserver } from "./pod-security/observer.ts";
export { quotaRules } from "./quota/rules.ts";
export { Reinvocation } from "./reinvocation.ts";
export type { RejectionCause, WebhookCallOutcome, WebhookObserver, WebhookType } from "./webhooks/observer.ts";
