/** FlowSchema: which requests go to which priority level. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, field, int32, kind, list, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const flowDistinguisherMethod = message("io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod", {
  type: field(1, string, { required: true }),
});
export interface FlowDistinguisherMethod extends Infer<typeof flowDistinguisherMethod> {}

export const nonResourcePolicyRule = message("io.k8s.api.flowcontrol.v1.NonResourcePolicyRule", {
  verbs: field(1, list(string, { listType: "set" }), { required: true }),
  nonResourceURLs: field(6, list(string, { listType: "set" }), { required: true }),
});
export interface NonResourcePolicyRule extends Infer<typeof nonResourcePolicyRule> {}

export const resourcePolicyRule = message("io.k8s.api.flowcontrol.v1.ResourcePolicyRule", {
  verbs: field(1, list(string, { listType: "set" }), { required: true }),
  apiGroups: field(2, list(string, { listType: "set" }), { required: true }),
  resources: field(3, list(string, { listType: "set" }), { required: true }),
  clusterScope: field(4, boolean),
  namespaces: field(5, list(string, { listType: "set" }), { always: true }),
});
export interface ResourcePolicyRule extends Infer<typeof resourcePolicyRule> {}

export const groupSubject = message("io.k8s.api.flowcontrol.v1.GroupSubject", {
  name: field(1, string, { required: true }),
});
export interface GroupSubject extends Infer<typeof groupSubject> {}

export const serviceAccountSubject = message("io.k8s.api.flowcontrol.v1.ServiceAccountSubject", {
  namespace: field(1, string, { required: true }),
  name: field(2, string, { required: true }),
});
export interface ServiceAccountSubject extends Infer<typeof serviceAccountSubject> {}

export const userSubject = message("io.k8s.api.flowcontrol.v1.UserSubject", {
  name: field(1, string, { required: true }),
});
export interface UserSubject extends Infer<typeof userSubject> {}

export const subject = message(
  "io.k8s.api.flowcontrol.v1.Subject",
  {
    kind: field(1, string, { required: true }),
    user: field(2, userSubject),
    group: field(3, groupSubject),
    serviceAccount: field(4, serviceAccountSubject),
  },
  { unions: [{ discriminator: "kind", fields: { group: "Group", serviceAccount: "ServiceAccount", user: "User" } }] },
);
export interface Subject extends Infer<typeof subject> {}

export const policyRulesWithSubjects = message("io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects", {
  subjects: field(1, list(subject, { listType: "atomic" }), { required: true }),
  resourceRules: field(2, list(resourcePolicyRule, { listType: "atomic" })),
  nonResourceRules: field(3, list(nonResourcePolicyRule, { listType: "atomic" })),
});
export interface PolicyRulesWithSubjects extends Infer<typeof policyRulesWithSubjects> {}

export const priorityLevelConfigurationReference = message(
  "io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference",
  {
    name: field(1, string, { required: true }),
  },
);
export interface PriorityLevelConfigurationReference extends Infer<typeof priorityLevelConfigurationReference> {}

export const flowSchemaSpec = message("io.k8s.api.flowcontrol.v1.FlowSchemaSpec", {
  priorityLevelConfiguration: field(1, priorityLevelConfigurationReference, { required: true }),
  matchingPrecedence: field(2, int32, { always: true, default: 0 }),
  distinguisherMethod: field(3, flowDistinguisherMethod),
  rules: field(4, list(policyRulesWithSubjects, { listType: "atomic" })),
});
export interface FlowSchemaSpec extends Infer<typeof flowSchemaSpec> {}

export const flowSchemaCondition = message("io.k8s.api.flowcontrol.v1.FlowSchemaCondition", {
  type: field(1, string),
  status: field(2, string),
  lastTransitionTime: field(3, time, { always: true }),
  reason: field(4, string),
  message: field(5, string),
});
export interface FlowSchemaCondition extends Infer<typeof flowSchemaCondition> {}

export const flowSchemaStatus = message("io.k8s.api.flowcontrol.v1.FlowSchemaStatus", {
  conditions: field(1, list(flowSchemaCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
});
export interface FlowSchemaStatus extends Infer<typeof flowSchemaStatus> {}

export const flowSchema = kind("io.k8s.api.flowcontrol.v1.FlowSchema", "flowcontrol.apiserver.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, flowSchemaSpec, { always: true }),
  status: field(3, flowSchemaStatus, { always: true }),
});
export interface FlowSchema extends Infer<typeof flowSchema> {}

export const flowSchemaList = listKind("io.k8s.api.flowcontrol.v1.FlowSchemaList", flowSchema);
export interface FlowSchemaList extends Infer<typeof flowSchemaList> {}
