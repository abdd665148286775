import { type nodev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { labelDeprecation } from "../deprecated-labels.ts";
import { validateRuntimeClass, validateRuntimeClassUpdate } from "./runtime-class-validation.ts";

export const runtimeClass: Strategy<nodev1.RuntimeClass> = {
  resource: resources.runtimeclasses,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  columns: [nameColumn, text("Handler", (object) => object.handler), ageColumn],
  validate: validateRuntimeClass,
  validateUpdate: validateRuntimeClassUpdate,
  warnings: ({ scheduling }) =>
    Object.keys(scheduling?.nodeSelector ?? {})
      .map(labelDeprecation)
      .filter((text) => text !== undefined)
      .map((text) => `scheduling.nodeSelector: ${text}`),
};
