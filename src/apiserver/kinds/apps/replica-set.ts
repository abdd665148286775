import { type appsv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, replicaColumns, selectorText, templateColumns, text, wide } from "../columns.ts";
import { hostNameWarnings, podNamesUse } from "../name-warnings.ts";
import { replicaScale, scaleSelector } from "../scale.ts";
import { templateWarnings } from "../workload-warnings.ts";
import { validateReplicaSet, validateReplicaSetUpdate } from "./replica-set-validation.ts";

export const replicaSet: Strategy<appsv1.ReplicaSet> = {
  resource: resources.replicasets,
  hasStatus: true,
  bumpsGeneration: true,
  columns: [
    ...replicaColumns<appsv1.ReplicaSet>("io.k8s.api.apps.v1.ReplicaSet"),
    ageColumn,
    ...templateColumns<appsv1.ReplicaSet>((object) => object.spec.template?.spec),
    wide(
      text("Selector", (object) => selectorText(object.spec.selector), {
        describedBy: "io.k8s.api.apps.v1.ReplicaSetSpec.selector",
      }),
    ),
  ],
  prepareForCreate(object) {
    object.status = { replicas: 0 };
  },
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  warnings: (object, _context, old) => [
    ...(old ? [] : hostNameWarnings(object.metadata.name, podNamesUse)),
    ...templateWarnings(object.spec.template, "spec.template", object, old),
  ],
  scale: replicaScale<appsv1.ReplicaSet>(scaleSelector),
};
