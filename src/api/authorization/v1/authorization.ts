/** Access reviews: may this user do this? */
import { fieldSelectorRequirement, labelSelectorRequirement } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, field, kind, list, map, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const fieldSelectorAttributes = message("io.k8s.api.authorization.v1.FieldSelectorAttributes", {
  rawSelector: field(1, string),
  requirements: field(2, list(fieldSelectorRequirement, { listType: "atomic" })),
});
export interface FieldSelectorAttributes extends Infer<typeof fieldSelectorAttributes> {}

export const labelSelectorAttributes = message("io.k8s.api.authorization.v1.LabelSelectorAttributes", {
  rawSelector: field(1, string),
  requirements: field(2, list(labelSelectorRequirement, { listType: "atomic" })),
});
export interface LabelSelectorAttributes extends Infer<typeof labelSelectorAttributes> {}

export const nonResourceAttributes = message("io.k8s.api.authorization.v1.NonResourceAttributes", {
  path: field(1, string),
  verb: field(2, string),
});
export interface NonResourceAttributes extends Infer<typeof nonResourceAttributes> {}

export const resourceAttributes = message("io.k8s.api.authorization.v1.ResourceAttributes", {
  namespace: field(1, string),
  verb: field(2, string),
  group: field(3, string),
  version: field(4, string),
  resource: field(5, string),
  subresource: field(6, string),
  name: field(7, string),
  fieldSelector: field(8, fieldSelectorAttributes),
  labelSelector: field(9, labelSelectorAttributes),
});
export interface ResourceAttributes extends Infer<typeof resourceAttributes> {}

export const subjectAccessReviewSpec = message("io.k8s.api.authorization.v1.SubjectAccessReviewSpec", {
  resourceAttributes: field(1, resourceAttributes),
  nonResourceAttributes: field(2, nonResourceAttributes),
  user: field(3, string),
  groups: field(4, list(string, { listType: "atomic" })),
  extra: field(5, map(list(string, { wrapped: true }))),
  uid: field(6, string),
});
export interface SubjectAccessReviewSpec extends Infer<typeof subjectAccessReviewSpec> {}

export const subjectAccessReviewStatus = message("io.k8s.api.authorization.v1.SubjectAccessReviewStatus", {
  allowed: field(1, boolean, { required: true, default: false }),
  reason: field(2, string),
  evaluationError: field(3, string),
  denied: field(4, boolean),
});
export interface SubjectAccessReviewStatus extends Infer<typeof subjectAccessReviewStatus> {}

export const localSubjectAccessReview = kind(
  "io.k8s.api.authorization.v1.LocalSubjectAccessReview",
  "authorization.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    spec: field(2, subjectAccessReviewSpec, { required: true }),
    status: field(3, subjectAccessReviewStatus, { always: true }),
  },
);
export interface LocalSubjectAccessReview extends Infer<typeof localSubjectAccessReview> {}

export const nonResourceRule = message("io.k8s.api.authorization.v1.NonResourceRule", {
  verbs: field(1, list(string, { listType: "atomic" }), { required: true }),
  nonResourceURLs: field(2, list(string, { listType: "atomic" })),
});
export interface NonResourceRule extends Infer<typeof nonResourceRule> {}

export const resourceRule = message("io.k8s.api.authorization.v1.ResourceRule", {
  verbs: field(1, list(string, { listType: "atomic" }), { required: true }),
  apiGroups: field(2, list(string, { listType: "atomic" })),
  resources: field(3, list(string, { listType: "atomic" })),
  resourceNames: field(4, list(string, { listType: "atomic" })),
});
export interface ResourceRule extends Infer<typeof resourceRule> {}

export const selfSubjectAccessReviewSpec = message("io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec", {
  resourceAttributes: field(1, resourceAttributes),
  nonResourceAttributes: field(2, nonResourceAttributes),
});
export interface SelfSubjectAccessReviewSpec extends Infer<typeof selfSubjectAccessReviewSpec> {}

export const selfSubjectAccessReview = kind(
  "io.k8s.api.authorization.v1.SelfSubjectAccessReview",
  "authorization.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    spec: field(2, selfSubjectAccessReviewSpec, { required: true }),
    status: field(3, subjectAccessReviewStatus, { always: true }),
  },
);
export interface SelfSubjectAccessReview extends Infer<typeof selfSubjectAccessReview> {}

export const selfSubjectRulesReviewSpec = message("io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec", {
  namespace: field(1, string),
});
export interface SelfSubjectRulesReviewSpec extends Infer<typeof selfSubjectRulesReviewSpec> {}

export const subjectRulesReviewStatus = message("io.k8s.api.authorization.v1.SubjectRulesReviewStatus", {
  resourceRules: field(1, list(resourceRule, { listType: "atomic" }), { required: true }),
  nonResourceRules: field(2, list(nonResourceRule, { listType: "atomic" }), { required: true }),
  incomplete: field(3, boolean, { required: true, default: false }),
  evaluationError: field(4, string),
});
export interface SubjectRulesReviewStatus extends Infer<typeof subjectRulesReviewStatus> {}

export const selfSubjectRulesReview = kind(
  "io.k8s.api.authorization.v1.SelfSubjectRulesReview",
  "authorization.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    spec: field(2, selfSubjectRulesReviewSpec, { required: true }),
    status: field(3, subjectRulesReviewStatus, { always: true }),
  },
);
export interface SelfSubjectRulesReview extends Infer<typeof selfSubjectRulesReview> {}

export const subjectAccessReview = kind("io.k8s.api.authorization.v1.SubjectAccessReview", "authorization.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, subjectAccessReviewSpec, { required: true }),
  status: field(3, subjectAccessReviewStatus, { always: true }),
});
export interface SubjectAccessReview extends Infer<typeof subjectAccessReview> {}
