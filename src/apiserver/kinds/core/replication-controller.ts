import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, labelsText, replicaColumns, templateColumns, text, wide } from "../columns.ts";
import { hostNameWarnings, podNamesUse } from "../name-warnings.ts";
import { replicaScale } from "../scale.ts";
import { templateWarnings } from "../workload-warnings.ts";
import {
  validateReplicationController,
  validateReplicationControllerUpdate,
} from "./replication-controller-validation.ts";

export const replicationController: Strategy<corev1.ReplicationController> = {
  resource: resources.replicationcontrollers,
  hasStatus: true,
  bumpsGeneration: true,
  defaultPropagation: "Orphan",
  columns: [
    ...replicaColumns<corev1.ReplicationController>("io.k8s.api.core.v1.ReplicationController"),
    ageColumn,
    ...templateColumns<corev1.ReplicationController>((object) => object.spec.template?.spec),
    wide(
      text("Selector", (object) => labelsText(object.spec.selector), {
        describedBy: "io.k8s.api.core.v1.ReplicationControllerSpec.selector",
      }),
    ),
  ],
  selectableFields: { "status.replicas": (object) => String(object.status?.replicas ?? 0) },
  prepareForCreate(object) {
    object.status = { replicas: 0 };
  },
  validate: validateReplicationController,
  validateUpdate: validateReplicationControllerUpdate,
  warnings: (object, _context, old) => [
    ...(old ? [] : hostNameWarnings(object.metadata.name, podNamesUse)),
    ...templateWarnings(object.spec.template, "spec.template", object, old),
  ],
  scale: replicaScale<corev1.ReplicationController>(({ spec }) =>
    Object.entries(spec.selector ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(","),
  ),
};
