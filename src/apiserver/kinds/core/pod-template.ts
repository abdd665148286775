import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { field } from "../../validation/field-path.ts";
import { labelsText, nameColumn, templateColumns, text } from "../columns.ts";
import { templateWarnings } from "../workload-warnings.ts";
import { validatePodTemplate } from "./pod-template-validation.ts";

export const podTemplate: Strategy<corev1.PodTemplate> = {
  resource: resources.podtemplates,
  bumpsGeneration: true,
  returnsDeletedObject: true,
  columns: [
    nameColumn,
    ...templateColumns<corev1.PodTemplate>((object) => object.template?.spec).map((column) => ({
      ...column,
      priority: 0,
    })),
    text("Pod Labels", (object) => labelsText(object.template?.metadata?.labels), {
      description: "The labels for the pod template.",
    }),
  ],
  validate: (object) => validatePodTemplate(object.template, field("template")),
  validateUpdate: (object) => validatePodTemplate(object.template, field("template")),
  warnings: (object, _context, old) => templateWarnings(object.template, "template", object, old),
};
