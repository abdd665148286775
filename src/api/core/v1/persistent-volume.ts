/** PersistentVolume: a piece of storage. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { enumeration, field, inline, kind, list, map, message, quantity, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { volumeNodeAffinity } from "./affinity.ts";
import { persistentVolumeAccessMode, persistentVolumeMode } from "./persistent-volume-claim.ts";
import { persistentVolumeSource } from "./persistent-volume-source.ts";
import { objectReference } from "./references.ts";

export const persistentVolumeReclaimPolicy = enumeration("Delete", "Recycle", "Retain");
export type PersistentVolumeReclaimPolicy = Infer<typeof persistentVolumeReclaimPolicy>;

export const persistentVolumeSpec = message("io.k8s.api.core.v1.PersistentVolumeSpec", {
  capacity: field(1, map(quantity)),
  persistentVolumeSource: inline(2, persistentVolumeSource),
  accessModes: field(3, list(persistentVolumeAccessMode, { listType: "atomic" })),
  claimRef: field(4, objectReference, { mapType: "granular" }),
  persistentVolumeReclaimPolicy: field(5, persistentVolumeReclaimPolicy),
  storageClassName: field(6, string),
  mountOptions: field(7, list(string, { listType: "atomic" })),
  volumeMode: field(8, persistentVolumeMode, { pointer: true }),
  nodeAffinity: field(9, volumeNodeAffinity),
  volumeAttributesClassName: field(10, string, { pointer: true }),
});
export interface PersistentVolumeSpec extends Infer<typeof persistentVolumeSpec> {}

export const persistentVolumePhase = enumeration("Available", "Bound", "Failed", "Pending", "Released");
export type PersistentVolumePhase = Infer<typeof persistentVolumePhase>;

export const persistentVolumeStatus = message("io.k8s.api.core.v1.PersistentVolumeStatus", {
  phase: field(1, persistentVolumePhase),
  message: field(2, string),
  reason: field(3, string),
  lastPhaseTransitionTime: field(4, time),
});
export interface PersistentVolumeStatus extends Infer<typeof persistentVolumeStatus> {}

export const persistentVolume = kind("io.k8s.api.core.v1.PersistentVolume", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, persistentVolumeSpec, { always: true }),
  status: field(3, persistentVolumeStatus, { always: true }),
});
export interface PersistentVolume extends Infer<typeof persistentVolume> {}

export const persistentVolumeList = listKind("io.k8s.api.core.v1.PersistentVolumeList", persistentVolume);
export interface PersistentVolumeList extends Infer<typeof persistentVolumeList> {}
