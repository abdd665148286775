/** Selectors of labels and fields, as they stand in objects. */
import { field, list, map, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const fieldSelectorRequirement = message("io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement", {
  key: field(1, string, { required: true }),
  operator: field(2, string, { required: true }),
  values: field(3, list(string, { listType: "atomic" })),
});
export interface FieldSelectorRequirement extends Infer<typeof fieldSelectorRequirement> {}

export const labelSelectorRequirement = message("io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement", {
  key: field(1, string, { required: true }),
  operator: field(2, string, { required: true }),
  values: field(3, list(string, { listType: "atomic" })),
});
export interface LabelSelectorRequirement extends Infer<typeof labelSelectorRequirement> {}

export const labelSelector = message(
  "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector",
  {
    matchLabels: field(1, map(string)),
    matchExpressions: field(2, list(labelSelectorRequirement, { listType: "atomic" })),
  },
  { mapType: "atomic" },
);
export interface LabelSelector extends Infer<typeof labelSelector> {}
