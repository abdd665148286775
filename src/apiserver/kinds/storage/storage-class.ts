import { resources, type storagev1 } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { labelDeprecation } from "../deprecated-labels.ts";
import { validateStorageClass, validateStorageClassUpdate } from "./storage-class-validation.ts";

const docs = "io.k8s.api.storage.v1.StorageClass";

export const storageClass: Strategy<storagev1.StorageClass> = {
  resource: resources.storageclasses,
  returnsDeletedObject: true,
  columns: [
    { ...nameColumn, value: nameText },
    text("Provisioner", (object) => object.provisioner, { describedBy: `${docs}.provisioner` }),
    text("ReclaimPolicy", (object) => object.reclaimPolicy ?? "Delete", { describedBy: `${docs}.reclaimPolicy` }),
    text("VolumeBindingMode", (object) => object.volumeBindingMode ?? "Immediate", {
      describedBy: `${docs}.volumeBindingMode`,
    }),
    text("AllowVolumeExpansion", (object) => object.allowVolumeExpansion ?? false, {
      describedBy: `${docs}.allowVolumeExpansion`,
    }),
    ageColumn,
  ],
  validate: validateStorageClass,
  validateUpdate: validateStorageClassUpdate,
  warnings: topologyWarnings,
};

function nameText({ metadata }: { metadata: storagev1.StorageClass["metadata"] }): string {
  const isDefault = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
  ].some((key) => metadata.annotations?.[key] === "true");
  return isDefault ? `${metadata.name} (default)` : metadata.name;
}

function topologyWarnings({ allowedTopologies }: storagev1.StorageClass): string[] {
  return (allowedTopologies ?? []).flatMap((term, position) =>
    (term.matchLabelExpressions ?? []).flatMap(({ key }, number) => {
      const text = labelDeprecation(key);
      return text ? [`allowedTopologies[${position}].matchLabelExpressions[${number}].key: ${text}`] : [];
    }),
  );
}
