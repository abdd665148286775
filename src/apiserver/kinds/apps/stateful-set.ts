import { type appsv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { labelName } from "../../validation/name-rules.ts";
import { ageColumn, nameColumn, templateColumns, text } from "../columns.ts";
import { replicaScale, scaleSelector } from "../scale.ts";
import { templateWarnings } from "../workload-warnings.ts";
import { validateNewStatefulSet, validateStatefulSetUpdate } from "./stateful-set-validation.ts";

export const statefulSet: Strategy<appsv1.StatefulSet> = {
  resource: resources.statefulsets,
  hasStatus: true,
  bumpsGeneration: true,
  columns: [
    nameColumn,
    text("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`, {
      description: "Number of the pod with ready state",
    }),
    ageColumn,
    ...templateColumns<appsv1.StatefulSet>((object) => object.spec.template.spec),
  ],
  validateName: labelName,
  prepareForCreate(object) {
    object.status = { replicas: 0, availableReplicas: 0 };
    dropMaxUnavailable(object);
  },
  prepareForUpdate(object, old) {
    if (object.spec !== old.spec) dropMaxUnavailable(object);
  },
  validate: validateNewStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  warnings: (object, { subresource }, old) => [
    ...templateWarnings(object.spec.template, "spec.template", object, old),
    ...(subresource === "status" ? [] : historyWarnings(object.spec.revisionHistoryLimit)),
  ],
  scale: replicaScale<appsv1.StatefulSet>(scaleSelector),
};

/** A feature that is off where nobody turns it on. */
function dropMaxUnavailable({ spec }: appsv1.StatefulSet): void {
  delete spec.updateStrategy?.rollingUpdate?.maxUnavailable;
}

function historyWarnings(limit: number | undefined): string[] {
  if (limit === undefined || limit >= 0) return [];
  return ["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"];
}
