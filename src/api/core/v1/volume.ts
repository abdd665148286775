/** The volumes of a pod. */
import {
  boolean,
  enumeration,
  field,
  inline,
  int32,
  list,
  map,
  message,
  quantity,
  string,
} from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { persistentVolumeClaimTemplate } from "./persistent-volume-claim.ts";
import { downwardAPIVolumeSource, projectedVolumeSource } from "./projected-volume.ts";
import {
  awsElasticBlockStoreVolumeSource,
  azureDiskVolumeSource,
  azureFileVolumeSource,
  cephFSVolumeSource,
  cinderVolumeSource,
  fcVolumeSource,
  flexVolumeSource,
  flockerVolumeSource,
  gcePersistentDiskVolumeSource,
  gitRepoVolumeSource,
  glusterfsVolumeSource,
  iscsiVolumeSource,
  nfsVolumeSource,
  photonPersistentDiskVolumeSource,
  portworxVolumeSource,
  quobyteVolumeSource,
  rbdVolumeSource,
  scaleIOVolumeSource,
  storageOSVolumeSource,
  vsphereVirtualDiskVolumeSource,
} from "./provider-volume-source.ts";
import { keyToPath, localObjectReference } from "./references.ts";

export const csiVolumeSource = message("io.k8s.api.core.v1.CSIVolumeSource", {
  driver: field(1, string, { required: true }),
  readOnly: field(2, boolean, { pointer: true }),
  fsType: field(3, string, { pointer: true }),
  volumeAttributes: field(4, map(string)),
  nodePublishSecretRef: field(5, localObjectReference),
});
export interface CSIVolumeSource extends Infer<typeof csiVolumeSource> {}

export const configMapVolumeSource = message("io.k8s.api.core.v1.ConfigMapVolumeSource", {
  localObjectReference: inline(1, localObjectReference),
  items: field(2, list(keyToPath, { listType: "atomic" })),
  defaultMode: field(3, int32, { pointer: true }),
  optional: field(4, boolean, { pointer: true }),
});
export interface ConfigMapVolumeSource extends Infer<typeof configMapVolumeSource> {}

export const emptyDirVolumeSource = message("io.k8s.api.core.v1.EmptyDirVolumeSource", {
  medium: field(1, string),
  sizeLimit: field(2, quantity),
});
export interface EmptyDirVolumeSource extends Infer<typeof emptyDirVolumeSource> {}

export const ephemeralVolumeSource = message("io.k8s.api.core.v1.EphemeralVolumeSource", {
  volumeClaimTemplate: field(1, persistentVolumeClaimTemplate),
});
export interface EphemeralVolumeSource extends Infer<typeof ephemeralVolumeSource> {}

export const hostPathType = enumeration(
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
);
export type HostPathType = Infer<typeof hostPathType>;

export const hostPathVolumeSource = message("io.k8s.api.core.v1.HostPathVolumeSource", {
  path: field(1, string, { required: true }),
  type: field(2, hostPathType, { pointer: true }),
});
export interface HostPathVolumeSource extends Infer<typeof hostPathVolumeSource> {}

export const pullPolicy = enumeration("Always", "IfNotPresent", "Never");
export type PullPolicy = Infer<typeof pullPolicy>;

export const imageVolumeSource = message("io.k8s.api.core.v1.ImageVolumeSource", {
  reference: field(1, string),
  pullPolicy: field(2, pullPolicy),
});
export interface ImageVolumeSource extends Infer<typeof imageVolumeSource> {}

export const persistentVolumeClaimVolumeSource = message("io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource", {
  claimName: field(1, string, { required: true }),
  readOnly: field(2, boolean),
});
export interface PersistentVolumeClaimVolumeSource extends Infer<typeof persistentVolumeClaimVolumeSource> {}

export const secretVolumeSource = message("io.k8s.api.core.v1.SecretVolumeSource", {
  secretName: field(1, string),
  items: field(2, list(keyToPath, { listType: "atomic" })),
  defaultMode: field(3, int32, { pointer: true }),
  optional: field(4, boolean, { pointer: true }),
});
export interface SecretVolumeSource extends Infer<typeof secretVolumeSource> {}

export const volumeSource = message("io.k8s.api.core.v1.VolumeSource", {
  hostPath: field(1, hostPathVolumeSource),
  emptyDir: field(2, emptyDirVolumeSource),
  gcePersistentDisk: field(3, gcePersistentDiskVolumeSource),
  awsElasticBlockStore: field(4, awsElasticBlockStoreVolumeSource),
  gitRepo: field(5, gitRepoVolumeSource),
  secret: field(6, secretVolumeSource),
  nfs: field(7, nfsVolumeSource),
  iscsi: field(8, iscsiVolumeSource),
  glusterfs: field(9, glusterfsVolumeSource),
  persistentVolumeClaim: field(10, persistentVolumeClaimVolumeSource),
  rbd: field(11, rbdVolumeSource),
  flexVolume: field(12, flexVolumeSource),
  cinder: field(13, cinderVolumeSource),
  cephfs: field(14, cephFSVolumeSource),
  flocker: field(15, flockerVolumeSource),
  downwardAPI: field(16, downwardAPIVolumeSource),
  fc: field(17, fcVolumeSource),
  azureFile: field(18, azureFileVolumeSource),
  configMap: field(19, configMapVolumeSource),
  vsphereVolume: field(20, vsphereVirtualDiskVolumeSource),
  quobyte: field(21, quobyteVolumeSource),
  azureDisk: field(22, azureDiskVolumeSource),
  photonPersistentDisk: field(23, photonPersistentDiskVolumeSource),
  portworxVolume: field(24, portworxVolumeSource),
  scaleIO: field(25, scaleIOVolumeSource),
  projected: field(26, projectedVolumeSource),
  storageos: field(27, storageOSVolumeSource),
  csi: field(28, csiVolumeSource),
  ephemeral: field(29, ephemeralVolumeSource),
  image: field(30, imageVolumeSource),
});
export interface VolumeSource extends Infer<typeof volumeSource> {}

export const volume = message("io.k8s.api.core.v1.Volume", {
  name: field(1, string, { required: true }),
  volumeSource: inline(2, volumeSource),
});
export interface Volume extends Infer<typeof volume> {}

export const volumeDevice = message("io.k8s.api.core.v1.VolumeDevice", {
  name: field(1, string, { required: true }),
  devicePath: field(2, string, { required: true }),
});
export interface VolumeDevice extends Infer<typeof volumeDevice> {}

export const mountPropagationMode = enumeration("Bidirectional", "HostToContainer", "None");
export type MountPropagationMode = Infer<typeof mountPropagationMode>;

export const volumeMount = message("io.k8s.api.core.v1.VolumeMount", {
  name: field(1, string, { required: true }),
  readOnly: field(2, boolean),
  mountPath: field(3, string, { required: true }),
  subPath: field(4, string),
  mountPropagation: field(5, mountPropagationMode, { pointer: true }),
  subPathExpr: field(6, string),
  recursiveReadOnly: field(7, string, { pointer: true }),
});
export interface VolumeMount extends Infer<typeof volumeMount> {}
