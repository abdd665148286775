/** Which requests a policy or webhook is for. */
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { enumeration, field, inline, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const matchCondition = message("io.k8s.api.admissionregistration.v1.MatchCondition", {
  name: field(1, string, { required: true }),
  expression: field(2, string, { required: true }),
});
export interface MatchCondition extends Infer<typeof matchCondition> {}

export const scopeType = enumeration("*", "Cluster", "Namespaced");
export type ScopeType = Infer<typeof scopeType>;

export const rule = message("io.k8s.api.admissionregistration.v1.Rule", {
  apiGroups: field(1, list(string, { listType: "atomic" })),
  apiVersions: field(2, list(string, { listType: "atomic" })),
  resources: field(3, list(string, { listType: "atomic" })),
  scope: field(4, scopeType, { pointer: true }),
});
export interface Rule extends Infer<typeof rule> {}

export const operationType = enumeration("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
export type OperationType = Infer<typeof operationType>;

export const ruleWithOperations = message("io.k8s.api.admissionregistration.v1.RuleWithOperations", {
  operations: field(1, list(operationType, { listType: "atomic" })),
  rule: inline(2, rule),
});
export interface RuleWithOperations extends Infer<typeof ruleWithOperations> {}

export const namedRuleWithOperations = message(
  "io.k8s.api.admissionregistration.v1.NamedRuleWithOperations",
  {
    resourceNames: field(1, list(string, { listType: "atomic" })),
    ruleWithOperations: inline(2, ruleWithOperations),
  },
  { mapType: "atomic" },
);
export interface NamedRuleWithOperations extends Infer<typeof namedRuleWithOperations> {}

export const matchPolicyType = enumeration("Equivalent", "Exact");
export type MatchPolicyType = Infer<typeof matchPolicyType>;

export const matchResources = message(
  "io.k8s.api.admissionregistration.v1.MatchResources",
  {
    namespaceSelector: field(1, labelSelector),
    objectSelector: field(2, labelSelector),
    resourceRules: field(3, list(namedRuleWithOperations, { listType: "atomic" })),
    excludeResourceRules: field(4, list(namedRuleWithOperations, { listType: "atomic" })),
    matchPolicy: field(7, matchPolicyType, { pointer: true }),
  },
  { mapType: "atomic" },
);
export interface MatchResources extends Infer<typeof matchResources> {}
