import { resources, type schedulingv1 } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, integer, nameColumn, text, truth } from "../columns.ts";
import { validatePriorityClass, validatePriorityClassUpdate } from "./priority-class-validation.ts";

const docs = "io.k8s.api.scheduling.v1.PriorityClass";

export const priorityClass: Strategy<schedulingv1.PriorityClass> = {
  resource: resources.priorityclasses,
  columns: [
    nameColumn,
    integer("Value", (object) => object.value ?? 0, { describedBy: `${docs}.value` }),
    truth("Global-Default", (object) => object.globalDefault ?? false, { describedBy: `${docs}.globalDefault` }),
    ageColumn,
    text("PreemptionPolicy", (object) => object.preemptionPolicy ?? "", { describedBy: `${docs}.preemptionPolicy` }),
  ],
  /** It stays 1: what counts of a class cannot change. */
  prepareForCreate({ metadata }) {
    metadata.generation = 1;
  },
  validate: validatePriorityClass,
  validateUpdate: validatePriorityClassUpdate,
};
