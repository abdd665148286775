import { type corev1, formatTime, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { subdomainName } from "../../validation/name-rules.ts";
import { ageColumn, nameColumn, text, wide } from "../columns.ts";
import { validatePersistentVolume, validatePersistentVolumeUpdate } from "./persistent-volume-validation.ts";
import { accessModesText, unset } from "./volume-text.ts";
import { volumeWarnings } from "./volume-warnings.ts";

const docs = "io.k8s.api.core.v1.PersistentVolumeSpec";
const statusDocs = "io.k8s.api.core.v1.PersistentVolumeStatus";

export const persistentVolume: Strategy<corev1.PersistentVolume> = {
  resource: resources.persistentvolumes,
  hasStatus: true,
  returnsDeletedObject: true,
  columns: [
    nameColumn,
    text("Capacity", (object) => object.spec.capacity?.["storage"] ?? "0", { describedBy: `${docs}.capacity` }),
    text("Access Modes", (object) => accessModesText(object.spec.accessModes), { describedBy: `${docs}.accessModes` }),
    text("Reclaim Policy", (object) => object.spec.persistentVolumeReclaimPolicy ?? "", {
      describedBy: `${docs}.persistentVolumeReclaimPolicy`,
    }),
    text("Status", (object) => (object.metadata.deletionTimestamp ? "Terminating" : (object.status?.phase ?? "")), {
      describedBy: `${statusDocs}.phase`,
    }),
    text("Claim", claimText, { describedBy: `${docs}.claimRef` }),
    text("StorageClass", storageClass, { description: "StorageClass of the pv" }),
    text("VolumeAttributesClass", (object) => object.spec.volumeAttributesClassName ?? unset, {
      description: "VolumeAttributesClass of the pv",
    }),
    text("Reason", (object) => object.status?.reason ?? "", { describedBy: `${statusDocs}.reason` }),
    ageColumn,
    wide(text("VolumeMode", (object) => object.spec.volumeMode ?? unset, { describedBy: `${docs}.volumeMode` })),
  ],
  validateName: subdomainName,
  prepareForCreate(object, context) {
    object.status = { phase: "Pending", lastPhaseTransitionTime: formatTime(context.now) };
  },
  prepareForUpdate(object, old, context) {
    if (context.subresource !== "status" || !object.status || object.status === old.status) return;
    if (object.status.phase !== old.status?.phase) object.status.lastPhaseTransitionTime ??= formatTime(context.now);
    if (
      object.status.phase !== old.status?.phase &&
      object.status.lastPhaseTransitionTime === old.status?.lastPhaseTransitionTime
    )
      object.status.lastPhaseTransitionTime = formatTime(context.now);
  },
  validate: validatePersistentVolume,
  validateUpdate: validatePersistentVolumeUpdate,
  warnings: volumeWarnings,
};

function claimText({ spec }: corev1.PersistentVolume): string {
  return spec.claimRef ? `${spec.claimRef.namespace ?? ""}/${spec.claimRef.name ?? ""}` : "";
}

function storageClass({ metadata, spec }: corev1.PersistentVolume): string {
  return metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec.storageClassName ?? "";
}
