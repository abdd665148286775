import { type policyv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { pathName } from "../../validation/name-rules.ts";
import { ageColumn, integer, nameColumn, text } from "../columns.ts";
import { validateDisruptionBudget, validateDisruptionBudgetUpdate } from "./pod-disruption-budget-validation.ts";

export const podDisruptionBudget: Strategy<policyv1.PodDisruptionBudget> = {
  resource: resources.poddisruptionbudgets,
  validateName: pathName,
  hasStatus: true,
  bumpsGeneration: true,
  allowUnconditionalUpdate: false,
  columns: [
    nameColumn,
    text("Min Available", ({ spec }) => String(spec?.minAvailable ?? "N/A"), {
      description: "The minimum number of pods that must be available.",
    }),
    text("Max Unavailable", ({ spec }) => String(spec?.maxUnavailable ?? "N/A"), {
      description: "The maximum number of pods that may be unavailable.",
    }),
    integer("Allowed Disruptions", ({ status }) => status?.disruptionsAllowed ?? 0, {
      description: "Calculated number of pods that may be disrupted at this time.",
    }),
    ageColumn,
  ],
  prepareForCreate(object) {
    object.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  },
  validate: validateDisruptionBudget,
  validateUpdate: validateDisruptionBudgetUpdate,
};
