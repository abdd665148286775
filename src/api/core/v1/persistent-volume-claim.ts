/** PersistentVolumeClaim: a wish for storage. */
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  enumeration,
  field,
  kind,
  list,
  map,
  message,
  partial,
  quantity,
  string,
  time,
} from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { typedLocalObjectReference, typedObjectReference } from "./references.ts";

export const persistentVolumeClaimModifyVolumeStatus = enumeration("InProgress", "Infeasible", "Pending");
export type PersistentVolumeClaimModifyVolumeStatus = Infer<typeof persistentVolumeClaimModifyVolumeStatus>;

export const modifyVolumeStatus = message("io.k8s.api.core.v1.ModifyVolumeStatus", {
  targetVolumeAttributesClassName: field(1, string),
  status: field(2, persistentVolumeClaimModifyVolumeStatus, { required: true }),
});
export interface ModifyVolumeStatus extends Infer<typeof modifyVolumeStatus> {}

export const volumeResourceRequirements = message("io.k8s.api.core.v1.VolumeResourceRequirements", {
  limits: field(1, map(quantity)),
  requests: field(2, map(quantity)),
});
export interface VolumeResourceRequirements extends Infer<typeof volumeResourceRequirements> {}

export const persistentVolumeAccessMode = enumeration(
  "ReadOnlyMany",
  "ReadWriteMany",
  "ReadWriteOnce",
  "ReadWriteOncePod",
);
export type PersistentVolumeAccessMode = Infer<typeof persistentVolumeAccessMode>;

export const persistentVolumeMode = enumeration("Block", "Filesystem");
export type PersistentVolumeMode = Infer<typeof persistentVolumeMode>;

export const persistentVolumeClaimSpec = message("io.k8s.api.core.v1.PersistentVolumeClaimSpec", {
  accessModes: field(1, list(persistentVolumeAccessMode, { listType: "atomic" })),
  resources: field(2, volumeResourceRequirements, { always: true }),
  volumeName: field(3, string),
  selector: field(4, labelSelector),
  storageClassName: field(5, string, { pointer: true }),
  volumeMode: field(6, persistentVolumeMode, { pointer: true }),
  dataSource: field(7, typedLocalObjectReference),
  dataSourceRef: field(8, typedObjectReference),
  volumeAttributesClassName: field(9, string, { pointer: true }),
});
export interface PersistentVolumeClaimSpec extends Infer<typeof persistentVolumeClaimSpec> {}

export const persistentVolumeClaimCondition = message("io.k8s.api.core.v1.PersistentVolumeClaimCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  lastProbeTime: field(3, time, { always: true }),
  lastTransitionTime: field(4, time, { always: true }),
  reason: field(5, string),
  message: field(6, string),
});
export interface PersistentVolumeClaimCondition extends Infer<typeof persistentVolumeClaimCondition> {}

export const persistentVolumeClaimPhase = enumeration("Bound", "Lost", "Pending");
export type PersistentVolumeClaimPhase = Infer<typeof persistentVolumeClaimPhase>;

export const claimResourceStatus = enumeration(
  "ControllerResizeInProgress",
  "ControllerResizeInfeasible",
  "NodeResizeInProgress",
  "NodeResizeInfeasible",
  "NodeResizePending",
);
export type ClaimResourceStatus = Infer<typeof claimResourceStatus>;

export const persistentVolumeClaimStatus = message("io.k8s.api.core.v1.PersistentVolumeClaimStatus", {
  phase: field(1, persistentVolumeClaimPhase),
  accessModes: field(2, list(persistentVolumeAccessMode, { listType: "atomic" })),
  capacity: field(3, map(quantity)),
  conditions: field(4, list(persistentVolumeClaimCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
  allocatedResources: field(5, map(quantity)),
  allocatedResourceStatuses: field(7, map(claimResourceStatus), { mapType: "granular" }),
  currentVolumeAttributesClassName: field(8, string, { pointer: true }),
  modifyVolumeStatus: field(9, modifyVolumeStatus),
});
export interface PersistentVolumeClaimStatus extends Infer<typeof persistentVolumeClaimStatus> {}

export const persistentVolumeClaim = kind("io.k8s.api.core.v1.PersistentVolumeClaim", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, persistentVolumeClaimSpec, { always: true }),
  status: field(3, persistentVolumeClaimStatus, { always: true }),
});
export interface PersistentVolumeClaim extends Infer<typeof persistentVolumeClaim> {}

export const persistentVolumeClaimList = listKind(
  "io.k8s.api.core.v1.PersistentVolumeClaimList",
  persistentVolumeClaim,
);
export interface PersistentVolumeClaimList extends Infer<typeof persistentVolumeClaimList> {}

export const persistentVolumeClaimTemplate = message("io.k8s.api.core.v1.PersistentVolumeClaimTemplate", {
  metadata: field(1, partial(objectMeta), { always: true }),
  spec: field(2, persistentVolumeClaimSpec, { required: true }),
});
export interface PersistentVolumeClaimTemplate extends Infer<typeof persistentVolumeClaimTemplate> {}
