import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text, wide } from "../columns.ts";
import { validateClaim, validateClaimUpdate } from "./persistent-volume-claim-validation.ts";
import { accessModesText, unset } from "./volume-text.ts";
import { claimWarnings } from "./volume-warnings.ts";

const specDocs = "io.k8s.api.core.v1.PersistentVolumeClaimSpec";
const statusDocs = "io.k8s.api.core.v1.PersistentVolumeClaimStatus";

export const persistentVolumeClaim: Strategy<corev1.PersistentVolumeClaim> = {
  resource: resources.persistentvolumeclaims,
  hasStatus: true,
  returnsDeletedObject: true,
  columns: [
    nameColumn,
    text("Status", (object) => (object.metadata.deletionTimestamp ? "Terminating" : (object.status?.phase ?? "")), {
      describedBy: `${statusDocs}.phase`,
    }),
    text("Volume", (object) => object.spec.volumeName ?? "", { describedBy: `${specDocs}.volumeName` }),
    text("Capacity", (object) => (object.spec.volumeName ? (object.status?.capacity?.["storage"] ?? "0") : ""), {
      describedBy: `${statusDocs}.capacity`,
    }),
    text("Access Modes", (object) => (object.spec.volumeName ? accessModesText(object.status?.accessModes) : ""), {
      describedBy: `${statusDocs}.accessModes`,
    }),
    text("StorageClass", storageClass, { description: "StorageClass of the pvc" }),
    text("VolumeAttributesClass", (object) => object.spec.volumeAttributesClassName ?? unset, {
      description: "VolumeAttributesClass of the pvc",
    }),
    ageColumn,
    wide(text("VolumeMode", (object) => object.spec.volumeMode ?? unset, { describedBy: `${specDocs}.volumeMode` })),
  ],
  prepareForCreate(object) {
    object.status = { phase: "Pending" };
    normalizeDataSources(object.spec);
  },
  prepareForUpdate(object, old, context) {
    if (context.subresource !== "status" && object.spec !== old.spec) alignDataSources(object.spec);
  },
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
  warnings: claimWarnings,
};

/** The old and the new way to name a source say the same, where the new one stays in the namespace. */
function normalizeDataSources(spec: corev1.PersistentVolumeClaimSpec): void {
  if (spec.dataSource && !isKnownSource(spec.dataSource)) delete spec.dataSource;
  // Sources in other namespaces are a feature that is off.
  if (spec.dataSourceRef?.namespace) delete spec.dataSourceRef;
  alignDataSources(spec);
}

function alignDataSources(spec: corev1.PersistentVolumeClaimSpec): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef) spec.dataSourceRef = { ...dataSource };
  else if (dataSourceRef && !dataSource && !dataSourceRef.namespace) {
    const { namespace: _namespace, ...reference } = dataSourceRef;
    spec.dataSource = reference;
  }
}

/** `dataSource` is for what every cluster knows; other kinds are named by `dataSourceRef`. */
function isKnownSource({ apiGroup, kind }: corev1.TypedLocalObjectReference): boolean {
  if (kind === "PersistentVolumeClaim") return !apiGroup;
  return kind === "VolumeSnapshot" && apiGroup === "snapshot.storage.k8s.io";
}

function storageClass({ metadata, spec }: corev1.PersistentVolumeClaim): string {
  return metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec.storageClassName ?? "";
}
