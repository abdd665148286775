/** StorageClass and VolumeAttributesClass. */
import { topologySelectorTerm } from "../../core/v1/node-selector.ts";
import { persistentVolumeReclaimPolicy } from "../../core/v1/persistent-volume.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, enumeration, field, kind, list, map, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const volumeBindingMode = enumeration("Immediate", "WaitForFirstConsumer");
export type VolumeBindingMode = Infer<typeof volumeBindingMode>;

export const storageClass = kind("io.k8s.api.storage.v1.StorageClass", "storage.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  provisioner: field(2, string, { required: true }),
  parameters: field(3, map(string)),
  reclaimPolicy: field(4, persistentVolumeReclaimPolicy, { pointer: true }),
  mountOptions: field(5, list(string, { listType: "atomic" })),
  allowVolumeExpansion: field(6, boolean, { pointer: true }),
  volumeBindingMode: field(7, volumeBindingMode, { pointer: true }),
  allowedTopologies: field(8, list(topologySelectorTerm, { listType: "atomic" })),
});
export interface StorageClass extends Infer<typeof storageClass> {}

export const storageClassList = listKind("io.k8s.api.storage.v1.StorageClassList", storageClass);
export interface StorageClassList extends Infer<typeof storageClassList> {}

export const volumeAttributesClass = kind("io.k8s.api.storage.v1.VolumeAttributesClass", "storage.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  driverName: field(2, string, { required: true }),
  parameters: field(3, map(string)),
});
export interface VolumeAttributesClass extends Infer<typeof volumeAttributesClass> {}

export const volumeAttributesClassList = listKind(
  "io.k8s.api.storage.v1.VolumeAttributesClassList",
  volumeAttributesClass,
);
export interface VolumeAttributesClassList extends Infer<typeof volumeAttributesClassList> {}
