/** LimitRange and ResourceQuota. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { enumeration, field, kind, list, map, message, quantity, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const limitRangeItem = message("io.k8s.api.core.v1.LimitRangeItem", {
  type: field(1, string, { required: true }),
  max: field(2, map(quantity)),
  min: field(3, map(quantity)),
  default: field(4, map(quantity)),
  defaultRequest: field(5, map(quantity)),
  maxLimitRequestRatio: field(6, map(quantity)),
});
export interface LimitRangeItem extends Infer<typeof limitRangeItem> {}

export const limitRangeSpec = message("io.k8s.api.core.v1.LimitRangeSpec", {
  limits: field(1, list(limitRangeItem, { listType: "atomic" }), { required: true }),
});
export interface LimitRangeSpec extends Infer<typeof limitRangeSpec> {}

export const limitRange = kind("io.k8s.api.core.v1.LimitRange", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, limitRangeSpec, { always: true }),
});
export interface LimitRange extends Infer<typeof limitRange> {}

export const limitRangeList = listKind("io.k8s.api.core.v1.LimitRangeList", limitRange);
export interface LimitRangeList extends Infer<typeof limitRangeList> {}

export const resourceQuotaScope = enumeration(
  "BestEffort",
  "CrossNamespacePodAffinity",
  "NotBestEffort",
  "NotTerminating",
  "PriorityClass",
  "Terminating",
  "VolumeAttributesClass",
);
export type ResourceQuotaScope = Infer<typeof resourceQuotaScope>;

export const scopeSelectorOperator = enumeration("DoesNotExist", "Exists", "In", "NotIn");
export type ScopeSelectorOperator = Infer<typeof scopeSelectorOperator>;

export const scopedResourceSelectorRequirement = message("io.k8s.api.core.v1.ScopedResourceSelectorRequirement", {
  scopeName: field(1, resourceQuotaScope, { required: true }),
  operator: field(2, scopeSelectorOperator, { required: true }),
  values: field(3, list(string, { listType: "atomic" })),
});
export interface ScopedResourceSelectorRequirement extends Infer<typeof scopedResourceSelectorRequirement> {}

export const scopeSelector = message(
  "io.k8s.api.core.v1.ScopeSelector",
  {
    matchExpressions: field(1, list(scopedResourceSelectorRequirement, { listType: "atomic" })),
  },
  { mapType: "atomic" },
);
export interface ScopeSelector extends Infer<typeof scopeSelector> {}

export const resourceQuotaSpec = message("io.k8s.api.core.v1.ResourceQuotaSpec", {
  hard: field(1, map(quantity)),
  scopes: field(2, list(resourceQuotaScope, { listType: "atomic" })),
  scopeSelector: field(3, scopeSelector),
});
export interface ResourceQuotaSpec extends Infer<typeof resourceQuotaSpec> {}

export const resourceQuotaStatus = message("io.k8s.api.core.v1.ResourceQuotaStatus", {
  hard: field(1, map(quantity)),
  used: field(2, map(quantity)),
});
export interface ResourceQuotaStatus extends Infer<typeof resourceQuotaStatus> {}

export const resourceQuota = kind("io.k8s.api.core.v1.ResourceQuota", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, resourceQuotaSpec, { always: true }),
  status: field(3, resourceQuotaStatus, { always: true }),
});
export interface ResourceQuota extends Infer<typeof resourceQuota> {}

export const resourceQuotaList = listKind("io.k8s.api.core.v1.ResourceQuotaList", resourceQuota);
export interface ResourceQuotaList extends Infer<typeof resourceQuotaList> {}
