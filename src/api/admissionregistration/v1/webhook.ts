/** Admission webhooks. */
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { bytes, enumeration, field, int32, kind, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { failurePolicyType, reinvocationPolicyType } from "./enums.ts";
import { matchCondition, matchPolicyType, ruleWithOperations } from "./match.ts";

export const serviceReference = message("io.k8s.api.admissionregistration.v1.ServiceReference", {
  namespace: field(1, string, { required: true }),
  name: field(2, string, { required: true }),
  path: field(3, string, { pointer: true }),
  port: field(4, int32, { pointer: true }),
});
export interface ServiceReference extends Infer<typeof serviceReference> {}

export const webhookClientConfig = message("io.k8s.api.admissionregistration.v1.WebhookClientConfig", {
  service: field(1, serviceReference),
  caBundle: field(2, bytes),
  url: field(3, string, { pointer: true }),
});
export interface WebhookClientConfig extends Infer<typeof webhookClientConfig> {}

export const sideEffectClass = enumeration("None", "NoneOnDryRun", "Some", "Unknown");
export type SideEffectClass = Infer<typeof sideEffectClass>;

export const mutatingWebhook = message("io.k8s.api.admissionregistration.v1.MutatingWebhook", {
  name: field(1, string, { required: true }),
  clientConfig: field(2, webhookClientConfig, { required: true }),
  rules: field(3, list(ruleWithOperations, { listType: "atomic" })),
  failurePolicy: field(4, failurePolicyType, { pointer: true }),
  namespaceSelector: field(5, labelSelector),
  sideEffects: field(6, sideEffectClass, { required: true, pointer: true }),
  timeoutSeconds: field(7, int32, { pointer: true }),
  admissionReviewVersions: field(8, list(string, { listType: "atomic" }), { required: true }),
  matchPolicy: field(9, matchPolicyType, { pointer: true }),
  reinvocationPolicy: field(10, reinvocationPolicyType, { pointer: true }),
  objectSelector: field(11, labelSelector),
  matchConditions: field(12, list(matchCondition, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
});
export interface MutatingWebhook extends Infer<typeof mutatingWebhook> {}

export const mutatingWebhookConfiguration = kind(
  "io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    webhooks: field(2, list(mutatingWebhook, { listType: "map", listMapKeys: ["name"] }), {
      patchStrategy: "merge",
      patchMergeKey: "name",
    }),
  },
);
export interface MutatingWebhookConfiguration extends Infer<typeof mutatingWebhookConfiguration> {}

export const mutatingWebhookConfigurationList = listKind(
  "io.k8s.api.admissionregistration.v1.MutatingWebhookConfigurationList",
  mutatingWebhookConfiguration,
);
export interface MutatingWebhookConfigurationList extends Infer<typeof mutatingWebhookConfigurationList> {}

export const validatingWebhook = message("io.k8s.api.admissionregistration.v1.ValidatingWebhook", {
  name: field(1, string, { required: true }),
  clientConfig: field(2, webhookClientConfig, { required: true }),
  rules: field(3, list(ruleWithOperations, { listType: "atomic" })),
  failurePolicy: field(4, failurePolicyType, { pointer: true }),
  namespaceSelector: field(5, labelSelector),
  sideEffects: field(6, sideEffectClass, { required: true, pointer: true }),
  timeoutSeconds: field(7, int32, { pointer: true }),
  admissionReviewVersions: field(8, list(string, { listType: "atomic" }), { required: true }),
  matchPolicy: field(9, matchPolicyType, { pointer: true }),
  objectSelector: field(10, labelSelector),
  matchConditions: field(11, list(matchCondition, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
});
export interface ValidatingWebhook extends Infer<typeof validatingWebhook> {}

export const validatingWebhookConfiguration = kind(
  "io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration",
  "admissionregistration.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    webhooks: field(2, list(validatingWebhook, { listType: "map", listMapKeys: ["name"] }), {
      patchStrategy: "merge",
      patchMergeKey: "name",
    }),
  },
);
export interface ValidatingWebhookConfiguration extends Infer<typeof validatingWebhookConfiguration> {}

export const validatingWebhookConfigurationList = listKind(
  "io.k8s.api.admissionregistration.v1.ValidatingWebhookConfigurationList",
  validatingWebhookConfiguration,
);
export interface ValidatingWebhookConfigurationList extends Infer<typeof validatingWebhookConfigurationList> {}
