/** Admission policies in CEL, and their bindings. */
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { condition, objectMeta } from "../../meta/v1/object-meta.ts";
import { enumeration, field, int64, kind, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { failurePolicyType, reinvocationPolicyType } from "./enums.ts";
import { matchCondition, matchResources } from "./match.ts";

export const applyConfiguration = message("io.k8s.api.admissionregistration.v1.ApplyConfiguration", {
  expression: field(1, string),
});
export interface ApplyConfiguration extends Infer<typeof applyConfiguration> {}

export const auditAnnotation = message("io.k8s.api.admissionregistration.v1.AuditAnnotation", {
  key: field(1, string, { required: true }),
  valueExpression: field(2, string, { required: true }),
});
export interface AuditAnnotation extends Infer<typeof auditAnnotation> {}

export const expressionWarning = message("io.k8s.api.admissionregistration.v1.ExpressionWarning", {
  fieldRef: field(2, string, { required: true }),
  warning: field(3, string, { required: true }),
});
export interface ExpressionWarning extends Infer<typeof expressionWarning> {}

export const jsonPatch = message("io.k8s.api.admissionregistration.v1.JSONPatch", {
  expression: field(1, string),
});
export interface JSONPatch extends Infer<typeof jsonPatch> {}

export const patchType = enumeration("ApplyConfiguration", "JSONPatch");
export type PatchType = Infer<typeof patchType>;

export const mutation = message("io.k8s.api.admissionregistration.v1.Mutation", {
  patchType: field(2, patchType, { required: true }),
  applyConfiguration: field(3, applyConfiguration),
  jsonPatch: field(4, jsonPatch),
});
export interface Mutation extends Infer<typeof mutation> {}

export const paramKind = message(
  "io.k8s.api.admissionregistration.v1.ParamKind",
  {
    apiVersion: field(1, string),
    kind: field(2, string),
  },
  { mapType: "atomic" },
);
export interface ParamKind extends Infer<typeof paramKind> {}

export const variable = message(
  "io.k8s.api.admissionregistration.v1.Variable",
  {
    name: field(1, string, { required: true }),
    expression: field(2, string, { required: true }),
  },
  { mapType: "atomic" },
);
export interface Variable extends Infer<typeof variable> {}

export const mutatingAdmissionPolicySpec = message("io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec", {
  paramKind: field(1, paramKind),
  matchConstraints: field(2, matchResources),
  variables: field(3, list(variable, { listType: "atomic" })),
  mutations: field(4, list(mutation, { listType: "atomic" })),
  failurePolicy: field(5, failurePolicyType, { pointer: true }),
  matchConditions: field(6, list(matchCondition, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
  reinvocationPolicy: field(7, reinvocationPolicyType),
});
export interface MutatingAdmissionPolicySpec extends Infer<typeof mutatingAdmissionPolicySpec> {}

export const mutatingAdmissionPolicy = kind(
  "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy",
  "admissionregistration.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    spec: field(2, mutatingAdmissionPolicySpec, { always: true }),
  },
);
export interface MutatingAdmissionPolicy extends Infer<typeof mutatingAdmissionPolicy> {}

export const paramRef = message(
  "io.k8s.api.admissionregistration.v1.ParamRef",
  {
    name: field(1, string),
    namespace: field(2, string),
    selector: field(3, labelSelector),
    parameterNotFoundAction: field(4, string, { pointer: true }),
  },
  { mapType: "atomic" },
);
export interface ParamRef extends Infer<typeof paramRef> {}

export const mutatingAdmissionPolicyBindingSpec = message(
  "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec",
  {
    policyName: field(1, string),
    paramRef: field(2, paramRef),
    matchResources: field(3, matchResources),
  },
);
export interface MutatingAdmissionPolicyBindingSpec extends Infer<typeof mutatingAdmissionPolicyBindingSpec> {}

export const mutatingAdmissionPolicyBinding = kind(
  "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    spec: field(2, mutatingAdmissionPolicyBindingSpec, { always: true }),
  },
);
export interface MutatingAdmissionPolicyBinding extends Infer<typeof mutatingAdmissionPolicyBinding> {}

export const mutatingAdmissionPolicyBindingList = listKind(
  "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingList",
  mutatingAdmissionPolicyBinding,
);
export interface MutatingAdmissionPolicyBindingList extends Infer<typeof mutatingAdmissionPolicyBindingList> {}

export const mutatingAdmissionPolicyList = listKind(
  "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyList",
  mutatingAdmissionPolicy,
);
export interface MutatingAdmissionPolicyList extends Infer<typeof mutatingAdmissionPolicyList> {}

export const typeChecking = message("io.k8s.api.admissionregistration.v1.TypeChecking", {
  expressionWarnings: field(1, list(expressionWarning, { listType: "atomic" })),
});
export interface TypeChecking extends Infer<typeof typeChecking> {}

export const validation = message("io.k8s.api.admissionregistration.v1.Validation", {
  expression: field(1, string, { required: true }),
  message: field(2, string),
  reason: field(3, string, { pointer: true }),
  messageExpression: field(4, string),
});
export interface Validation extends Infer<typeof validation> {}

export const validatingAdmissionPolicySpec = message(
  "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec",
  {
    paramKind: field(1, paramKind),
    matchConstraints: field(2, matchResources),
    validations: field(3, list(validation, { listType: "atomic" })),
    failurePolicy: field(4, failurePolicyType, { pointer: true }),
    auditAnnotations: field(5, list(auditAnnotation, { listType: "atomic" })),
    matchConditions: field(6, list(matchCondition, { listType: "map", listMapKeys: ["name"] }), {
      patchStrategy: "merge",
      patchMergeKey: "name",
    }),
    variables: field(7, list(variable, { listType: "map", listMapKeys: ["name"] }), {
      patchStrategy: "merge",
      patchMergeKey: "name",
    }),
  },
);
export interface ValidatingAdmissionPolicySpec extends Infer<typeof validatingAdmissionPolicySpec> {}

export const validatingAdmissionPolicyStatus = message(
  "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus",
  {
    observedGeneration: field(1, int64),
    typeChecking: field(2, typeChecking),
    conditions: field(3, list(condition, { listType: "map", listMapKeys: ["type"] })),
  },
);
export interface ValidatingAdmissionPolicyStatus extends Infer<typeof validatingAdmissionPolicyStatus> {}

export const validatingAdmissionPolicy = kind(
  "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    spec: field(2, validatingAdmissionPolicySpec, { always: true }),
    status: field(3, validatingAdmissionPolicyStatus, { always: true }),
  },
);
export interface ValidatingAdmissionPolicy extends Infer<typeof validatingAdmissionPolicy> {}

export const validationAction = enumeration("Audit", "Deny", "Warn");
export type ValidationAction = Infer<typeof validationAction>;

export const validatingAdmissionPolicyBindingSpec = message(
  "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec",
  {
    policyName: field(1, string, { required: true, always: false }),
    paramRef: field(2, paramRef),
    matchResources: field(3, matchResources),
    validationActions: field(4, list(validationAction, { listType: "set" }), { required: true, always: false }),
  },
);
export interface ValidatingAdmissionPolicyBindingSpec extends Infer<typeof validatingAdmissionPolicyBindingSpec> {}

export const validatingAdmissionPolicyBinding = kind(
  "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    spec: field(2, validatingAdmissionPolicyBindingSpec, { required: true }),
  },
);
export interface ValidatingAdmissionPolicyBinding extends Infer<typeof validatingAdmissionPolicyBinding> {}

export const validatingAdmissionPolicyBindingList = listKind(
  "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingList",
  validatingAdmissionPolicyBinding,
);
export interface ValidatingAdmissionPolicyBindingList extends Infer<typeof validatingAdmissionPolicyBindingList> {}

export const validatingAdmissionPolicyList = listKind(
  "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyList",
  validatingAdmissionPolicy,
);
export interface ValidatingAdmissionPolicyList extends Infer<typeof validatingAdmissionPolicyList> {}
