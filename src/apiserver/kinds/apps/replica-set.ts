import { type appsv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, integer, nameColumn, selectorText, templateColumns, text, wide } from "../columns.ts";
import { templateWarnings } from "../core/pod-warnings.ts";
import { hostNameWarnings, podNamesUse } from "../name-warnings.ts";
import { scaleSelector } from "../scale.ts";
import { validateReplicaSet, validateReplicaSetUpdate } from "./replica-set-validation.ts";

const specDocs = "io.k8s.api.apps.v1.ReplicaSetSpec";
const statusDocs = "io.k8s.api.apps.v1.ReplicaSetStatus";

export const replicaSet: Strategy<appsv1.ReplicaSet> = {
  resource: resources.replicasets,
  hasStatus: true,
  bumpsGeneration: true,
  columns: [
    nameColumn,
    integer("Desired", (object) => object.spec.replicas ?? 0, { describedBy: `${specDocs}.replicas` }),
    integer("Current", (object) => object.status?.replicas ?? 0, { describedBy: `${statusDocs}.replicas` }),
    integer("Ready", (object) => object.status?.readyReplicas ?? 0, { describedBy: `${statusDocs}.readyReplicas` }),
    ageColumn,
    ...templateColumns<appsv1.ReplicaSet>((object) => object.spec.template?.spec),
    wide(text("Selector", (object) => selectorText(object.spec.selector), { describedBy: `${specDocs}.selector` })),
  ],
  prepareForCreate(object) {
    object.status = { replicas: 0 };
  },
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
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
    selector: (object) => scaleSelector(object.spec.selector),
  },
};
