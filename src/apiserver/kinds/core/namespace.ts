import { type corev1, resources } from "../../../api/mod.ts";
import type { RequestContext, Strategy } from "../../registry/strategy.ts";
import { labelName } from "../../validation/name-rules.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateNamespace, validateNamespaceUpdate } from "./namespace-validation.ts";

const systemFinalizer = "kubernetes";
const nameLabel = "kubernetes.io/metadata.name";

export const namespace: Strategy<corev1.Namespace> = {
  resource: resources.namespaces,
  hasStatus: true,
  columns: [
    nameColumn,
    text("Status", (object) => object.status?.phase ?? "", { description: "The status of the namespace" }),
    ageColumn,
  ],
  selectableFields: { "status.phase": (object) => object.status?.phase ?? "" },
  returnsDeletedObject: true,
  validateName: labelName,
  prepareForCreate(object) {
    object.status = { phase: "Active" };
    const finalizers = object.spec?.finalizers ?? [];
    if (!finalizers.includes(systemFinalizer))
      object.spec = { ...object.spec, finalizers: [...finalizers, systemFinalizer] };
    addNameLabel(object);
  },
  prepareForUpdate(object, old, context: RequestContext) {
    if (context.subresource !== "finalize") {
      if (old.spec) object.spec = { ...old.spec };
    } else if (old.status) object.status = { ...old.status };
    addNameLabel(object);
  },
  prepareForDelete(object) {
    object.status = { ...object.status, phase: "Terminating" };
  },
  blocksRemoval: (object) => (object.spec?.finalizers?.length ?? 0) > 0,
  validate: validateNamespace,
  validateUpdate: validateNamespaceUpdate,
};

function addNameLabel({ metadata }: corev1.Namespace): void {
  if (!metadata.name) return;
  metadata.labels = { ...metadata.labels, [nameLabel]: metadata.name };
}
