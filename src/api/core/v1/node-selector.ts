/** Which nodes: selectors, taints and tolerations. */
import { enumeration, field, int32, int64, list, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const nodeSelectorOperator = enumeration("DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn");
export type NodeSelectorOperator = Infer<typeof nodeSelectorOperator>;

export const nodeSelectorRequirement = message("io.k8s.api.core.v1.NodeSelectorRequirement", {
  key: field(1, string, { required: true }),
  operator: field(2, nodeSelectorOperator, { required: true }),
  values: field(3, list(string, { listType: "atomic" })),
});
export interface NodeSelectorRequirement extends Infer<typeof nodeSelectorRequirement> {}

export const nodeSelectorTerm = message(
  "io.k8s.api.core.v1.NodeSelectorTerm",
  {
    matchExpressions: field(1, list(nodeSelectorRequirement, { listType: "atomic" })),
    matchFields: field(2, list(nodeSelectorRequirement, { listType: "atomic" })),
  },
  { mapType: "atomic" },
);
export interface NodeSelectorTerm extends Infer<typeof nodeSelectorTerm> {}

export const nodeSelector = message(
  "io.k8s.api.core.v1.NodeSelector",
  {
    nodeSelectorTerms: field(1, list(nodeSelectorTerm, { listType: "atomic" }), { required: true }),
  },
  { mapType: "atomic" },
);
export interface NodeSelector extends Infer<typeof nodeSelector> {}

export const preferredSchedulingTerm = message("io.k8s.api.core.v1.PreferredSchedulingTerm", {
  weight: field(1, int32, { required: true, default: 0 }),
  preference: field(2, nodeSelectorTerm, { required: true }),
});
export interface PreferredSchedulingTerm extends Infer<typeof preferredSchedulingTerm> {}

export const taintEffect = enumeration("NoExecute", "NoSchedule", "PreferNoSchedule");
export type TaintEffect = Infer<typeof taintEffect>;

export const taint = message("io.k8s.api.core.v1.Taint", {
  key: field(1, string, { required: true }),
  value: field(2, string),
  effect: field(3, taintEffect, { required: true }),
  timeAdded: field(4, time),
});
export interface Taint extends Infer<typeof taint> {}

export const tolerationOperator = enumeration("Equal", "Exists", "Gt", "Lt");
export type TolerationOperator = Infer<typeof tolerationOperator>;

export const toleration = message("io.k8s.api.core.v1.Toleration", {
  key: field(1, string),
  operator: field(2, tolerationOperator),
  value: field(3, string),
  effect: field(4, taintEffect),
  tolerationSeconds: field(5, int64, { pointer: true }),
});
export interface Toleration extends Infer<typeof toleration> {}

export const topologySelectorLabelRequirement = message("io.k8s.api.core.v1.TopologySelectorLabelRequirement", {
  key: field(1, string, { required: true }),
  values: field(2, list(string, { listType: "atomic" }), { required: true }),
});
export interface TopologySelectorLabelRequirement extends Infer<typeof topologySelectorLabelRequirement> {}

export const topologySelectorTerm = message(
  "io.k8s.api.core.v1.TopologySelectorTerm",
  {
    matchLabelExpressions: field(1, list(topologySelectorLabelRequirement, { listType: "atomic" })),
  },
  { mapType: "atomic" },
);
export interface TopologySelectorTerm extends Infer<typeof topologySelectorTerm> {}
