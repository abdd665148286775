/** Roles and their bindings. */
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, kind, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const aggregationRule = message("io.k8s.api.rbac.v1.AggregationRule", {
  clusterRoleSelectors: field(1, list(labelSelector, { listType: "atomic" })),
});
export interface AggregationRule extends Infer<typeof aggregationRule> {}

export const policyRule = message("io.k8s.api.rbac.v1.PolicyRule", {
  verbs: field(1, list(string, { listType: "atomic" }), { required: true }),
  apiGroups: field(2, list(string, { listType: "atomic" })),
  resources: field(3, list(string, { listType: "atomic" })),
  resourceNames: field(4, list(string, { listType: "atomic" })),
  nonResourceURLs: field(5, list(string, { listType: "atomic" })),
});
export interface PolicyRule extends Infer<typeof policyRule> {}

export const clusterRole = kind("io.k8s.api.rbac.v1.ClusterRole", "rbac.authorization.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  rules: field(2, list(policyRule, { listType: "atomic" }), { always: true }),
  aggregationRule: field(3, aggregationRule),
});
export interface ClusterRole extends Infer<typeof clusterRole> {}

export const roleRef = message(
  "io.k8s.api.rbac.v1.RoleRef",
  {
    apiGroup: field(1, string, { always: true }),
    kind: field(2, string, { required: true }),
    name: field(3, string, { required: true }),
  },
  { mapType: "atomic" },
);
export interface RoleRef extends Infer<typeof roleRef> {}

export const subject = message(
  "io.k8s.api.rbac.v1.Subject",
  {
    kind: field(1, string, { required: true }),
    apiGroup: field(2, string),
    name: field(3, string, { required: true }),
    namespace: field(4, string),
  },
  { mapType: "atomic" },
);
export interface Subject extends Infer<typeof subject> {}

export const clusterRoleBinding = kind("io.k8s.api.rbac.v1.ClusterRoleBinding", "rbac.authorization.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  subjects: field(2, list(subject, { listType: "atomic" })),
  roleRef: field(3, roleRef, { required: true }),
});
export interface ClusterRoleBinding extends Infer<typeof clusterRoleBinding> {}

export const clusterRoleBindingList = listKind("io.k8s.api.rbac.v1.ClusterRoleBindingList", clusterRoleBinding);
export interface ClusterRoleBindingList extends Infer<typeof clusterRoleBindingList> {}

export const clusterRoleList = listKind("io.k8s.api.rbac.v1.ClusterRoleList", clusterRole);
export interface ClusterRoleList extends Infer<typeof clusterRoleList> {}

export const role = kind("io.k8s.api.rbac.v1.Role", "rbac.authorization.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  rules: field(2, list(policyRule, { listType: "atomic" }), { always: true }),
});
export interface Role extends Infer<typeof role> {}

export const roleBinding = kind("io.k8s.api.rbac.v1.RoleBinding", "rbac.authorization.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  subjects: field(2, list(subject, { listType: "atomic" })),
  roleRef: field(3, roleRef, { required: true }),
});
export interface RoleBinding extends Infer<typeof roleBinding> {}

export const roleBindingList = listKind("io.k8s.api.rbac.v1.RoleBindingList", roleBinding);
export interface RoleBindingList extends Infer<typeof roleBindingList> {}

export const roleList = listKind("io.k8s.api.rbac.v1.RoleList", role);
export interface RoleList extends Infer<typeof roleList> {}
