/** What a persistent volume is made of. */
import { boolean, field, int32, list, map, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import {
  awsElasticBlockStoreVolumeSource,
  azureDiskVolumeSource,
  fcVolumeSource,
  flockerVolumeSource,
  gcePersistentDiskVolumeSource,
  nfsVolumeSource,
  photonPersistentDiskVolumeSource,
  portworxVolumeSource,
  quobyteVolumeSource,
  vsphereVirtualDiskVolumeSource,
} from "./provider-volume-source.ts";
import { objectReference, secretReference } from "./references.ts";
import { hostPathVolumeSource } from "./volume.ts";

export const azureFilePersistentVolumeSource = message("io.k8s.api.core.v1.AzureFilePersistentVolumeSource", {
  secretName: field(1, string, { required: true }),
  shareName: field(2, string, { required: true }),
  readOnly: field(3, boolean),
  secretNamespace: field(4, string, { always: true, pointer: true }),
});
export interface AzureFilePersistentVolumeSource extends Infer<typeof azureFilePersistentVolumeSource> {}

export const csiPersistentVolumeSource = message("io.k8s.api.core.v1.CSIPersistentVolumeSource", {
  driver: field(1, string, { required: true }),
  volumeHandle: field(2, string, { required: true }),
  readOnly: field(3, boolean),
  fsType: field(4, string),
  volumeAttributes: field(5, map(string)),
  controllerPublishSecretRef: field(6, secretReference),
  nodeStageSecretRef: field(7, secretReference),
  nodePublishSecretRef: field(8, secretReference),
  controllerExpandSecretRef: field(9, secretReference),
  nodeExpandSecretRef: field(10, secretReference),
});
export interface CSIPersistentVolumeSource extends Infer<typeof csiPersistentVolumeSource> {}

export const cephFSPersistentVolumeSource = message("io.k8s.api.core.v1.CephFSPersistentVolumeSource", {
  monitors: field(1, list(string, { listType: "atomic" }), { required: true }),
  path: field(2, string),
  user: field(3, string),
  secretFile: field(4, string),
  secretRef: field(5, secretReference),
  readOnly: field(6, boolean),
});
export interface CephFSPersistentVolumeSource extends Infer<typeof cephFSPersistentVolumeSource> {}

export const cinderPersistentVolumeSource = message("io.k8s.api.core.v1.CinderPersistentVolumeSource", {
  volumeID: field(1, string, { required: true }),
  fsType: field(2, string),
  readOnly: field(3, boolean),
  secretRef: field(4, secretReference),
});
export interface CinderPersistentVolumeSource extends Infer<typeof cinderPersistentVolumeSource> {}

export const flexPersistentVolumeSource = message("io.k8s.api.core.v1.FlexPersistentVolumeSource", {
  driver: field(1, string, { required: true }),
  fsType: field(2, string),
  secretRef: field(3, secretReference),
  readOnly: field(4, boolean),
  options: field(5, map(string)),
});
export interface FlexPersistentVolumeSource extends Infer<typeof flexPersistentVolumeSource> {}

export const glusterfsPersistentVolumeSource = message("io.k8s.api.core.v1.GlusterfsPersistentVolumeSource", {
  endpoints: field(1, string, { required: true }),
  path: field(2, string, { required: true }),
  readOnly: field(3, boolean),
  endpointsNamespace: field(4, string, { pointer: true }),
});
export interface GlusterfsPersistentVolumeSource extends Infer<typeof glusterfsPersistentVolumeSource> {}

export const iscsiPersistentVolumeSource = message("io.k8s.api.core.v1.ISCSIPersistentVolumeSource", {
  targetPortal: field(1, string, { required: true }),
  iqn: field(2, string, { required: true }),
  lun: field(3, int32, { required: true, default: 0 }),
  iscsiInterface: field(4, string, { default: "default" }),
  fsType: field(5, string),
  readOnly: field(6, boolean),
  portals: field(7, list(string, { listType: "atomic" })),
  chapAuthDiscovery: field(8, boolean),
  secretRef: field(10, secretReference),
  chapAuthSession: field(11, boolean),
  initiatorName: field(12, string, { pointer: true }),
});
export interface ISCSIPersistentVolumeSource extends Infer<typeof iscsiPersistentVolumeSource> {}

export const localVolumeSource = message("io.k8s.api.core.v1.LocalVolumeSource", {
  path: field(1, string, { required: true }),
  fsType: field(2, string, { pointer: true }),
});
export interface LocalVolumeSource extends Infer<typeof localVolumeSource> {}

export const rbdPersistentVolumeSource = message("io.k8s.api.core.v1.RBDPersistentVolumeSource", {
  monitors: field(1, list(string, { listType: "atomic" }), { required: true }),
  image: field(2, string, { required: true }),
  fsType: field(3, string),
  pool: field(4, string, { default: "rbd" }),
  user: field(5, string, { default: "admin" }),
  keyring: field(6, string, { default: "/etc/ceph/keyring" }),
  secretRef: field(7, secretReference),
  readOnly: field(8, boolean),
});
export interface RBDPersistentVolumeSource extends Infer<typeof rbdPersistentVolumeSource> {}

export const scaleIOPersistentVolumeSource = message("io.k8s.api.core.v1.ScaleIOPersistentVolumeSource", {
  gateway: field(1, string, { required: true }),
  system: field(2, string, { required: true }),
  secretRef: field(3, secretReference, { required: true, pointer: true }),
  sslEnabled: field(4, boolean),
  protectionDomain: field(5, string),
  storagePool: field(6, string),
  storageMode: field(7, string, { default: "ThinProvisioned" }),
  volumeName: field(8, string),
  fsType: field(9, string, { default: "xfs" }),
  readOnly: field(10, boolean),
});
export interface ScaleIOPersistentVolumeSource extends Infer<typeof scaleIOPersistentVolumeSource> {}

export const storageOSPersistentVolumeSource = message("io.k8s.api.core.v1.StorageOSPersistentVolumeSource", {
  volumeName: field(1, string),
  volumeNamespace: field(2, string),
  fsType: field(3, string),
  readOnly: field(4, boolean),
  secretRef: field(5, objectReference),
});
export interface StorageOSPersistentVolumeSource extends Infer<typeof storageOSPersistentVolumeSource> {}

export const persistentVolumeSource = message("io.k8s.api.core.v1.PersistentVolumeSource", {
  gcePersistentDisk: field(1, gcePersistentDiskVolumeSource),
  awsElasticBlockStore: field(2, awsElasticBlockStoreVolumeSource),
  hostPath: field(3, hostPathVolumeSource),
  glusterfs: field(4, glusterfsPersistentVolumeSource),
  nfs: field(5, nfsVolumeSource),
  rbd: field(6, rbdPersistentVolumeSource),
  iscsi: field(7, iscsiPersistentVolumeSource),
  cinder: field(8, cinderPersistentVolumeSource),
  cephfs: field(9, cephFSPersistentVolumeSource),
  fc: field(10, fcVolumeSource),
  flocker: field(11, flockerVolumeSource),
  flexVolume: field(12, flexPersistentVolumeSource),
  azureFile: field(13, azureFilePersistentVolumeSource),
  vsphereVolume: field(14, vsphereVirtualDiskVolumeSource),
  quobyte: field(15, quobyteVolumeSource),
  azureDisk: field(16, azureDiskVolumeSource),
  photonPersistentDisk: field(17, photonPersistentDiskVolumeSource),
  portworxVolume: field(18, portworxVolumeSource),
  scaleIO: field(19, scaleIOPersistentVolumeSource),
  local: field(20, localVolumeSource),
  storageos: field(21, storageOSPersistentVolumeSource),
  csi: field(22, csiPersistentVolumeSource),
});
export interface PersistentVolumeSource extends Infer<typeof persistentVolumeSource> {}
