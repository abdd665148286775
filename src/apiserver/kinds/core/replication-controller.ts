import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, integer, labelsText, nameColumn, templateColumns, text, wide } from "../columns.ts";
import { hostNameWarnings, podNamesUse } from "../name-warnings.ts";
import { templateWarnings } from "./pod-warnings.ts";
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
    nameColumn,
    integer("Desired", (object) => object.spec.replicas ?? 0, {
      describedBy: "io.k8s.api.core.v1.ReplicationControllerSpec.replicas",
    }),
    integer("Current", (object) => object.status?.replicas ?? 0, {
      describedBy: "io.k8s.api.core.v1.ReplicationControllerStatus.replicas",
    }),
    integer("Ready", (object) => object.status?.readyReplicas ?? 0, {
      describedBy: "io.k8s.api.core.v1.ReplicationControllerStatus.readyReplicas",
    }),
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
  warnings: ({ metadata, spec }, _context, old) => [
    ...(old ? [] : hostNameWarnings(metadata.name, podNamesUse)),
    ...templateWarnings(spec.template?.spec, spec.template?.metadata?.annotations, "spec.template."),
  ],
  scale: {
    getReplicas: (object) => object.spec.replicas ?? 0,
    setReplicas(object, replicas) {
      object.spec.replicas = replicas;
    },
    statusReplicas: (object) => object.status?.replicas ?? 0,
    selector: (object) =>
      Object.entries(object.spec.selector ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join(","),
  },
};
