/** Volumes of storage providers, most of which upstream hands on to CSI drivers. */
import { boolean, enumeration, field, int32, list, map, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { localObjectReference } from "./references.ts";

export const awsElasticBlockStoreVolumeSource = message("io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource", {
  volumeID: field(1, string, { required: true }),
  fsType: field(2, string),
  partition: field(3, int32),
  readOnly: field(4, boolean),
});
export interface AWSElasticBlockStoreVolumeSource extends Infer<typeof awsElasticBlockStoreVolumeSource> {}

export const azureDataDiskCachingMode = enumeration("None", "ReadOnly", "ReadWrite");
export type AzureDataDiskCachingMode = Infer<typeof azureDataDiskCachingMode>;

export const azureDataDiskKind = enumeration("Dedicated", "Managed", "Shared");
export type AzureDataDiskKind = Infer<typeof azureDataDiskKind>;

export const azureDiskVolumeSource = message("io.k8s.api.core.v1.AzureDiskVolumeSource", {
  diskName: field(1, string, { required: true }),
  diskURI: field(2, string, { required: true }),
  cachingMode: field(3, azureDataDiskCachingMode, { pointer: true, default: "ReadWrite" }),
  fsType: field(4, string, { pointer: true, default: "ext4" }),
  readOnly: field(5, boolean, { pointer: true, default: false }),
  kind: field(6, azureDataDiskKind, { pointer: true, default: "Shared" }),
});
export interface AzureDiskVolumeSource extends Infer<typeof azureDiskVolumeSource> {}

export const azureFileVolumeSource = message("io.k8s.api.core.v1.AzureFileVolumeSource", {
  secretName: field(1, string, { required: true }),
  shareName: field(2, string, { required: true }),
  readOnly: field(3, boolean),
});
export interface AzureFileVolumeSource extends Infer<typeof azureFileVolumeSource> {}

export const cephFSVolumeSource = message("io.k8s.api.core.v1.CephFSVolumeSource", {
  monitors: field(1, list(string, { listType: "atomic" }), { required: true }),
  path: field(2, string),
  user: field(3, string),
  secretFile: field(4, string),
  secretRef: field(5, localObjectReference),
  readOnly: field(6, boolean),
});
export interface CephFSVolumeSource extends Infer<typeof cephFSVolumeSource> {}

export const cinderVolumeSource = message("io.k8s.api.core.v1.CinderVolumeSource", {
  volumeID: field(1, string, { required: true }),
  fsType: field(2, string),
  readOnly: field(3, boolean),
  secretRef: field(4, localObjectReference),
});
export interface CinderVolumeSource extends Infer<typeof cinderVolumeSource> {}

export const fcVolumeSource = message("io.k8s.api.core.v1.FCVolumeSource", {
  targetWWNs: field(1, list(string, { listType: "atomic" })),
  lun: field(2, int32, { pointer: true }),
  fsType: field(3, string),
  readOnly: field(4, boolean),
  wwids: field(5, list(string, { listType: "atomic" })),
});
export interface FCVolumeSource extends Infer<typeof fcVolumeSource> {}

export const flexVolumeSource = message("io.k8s.api.core.v1.FlexVolumeSource", {
  driver: field(1, string, { required: true }),
  fsType: field(2, string),
  secretRef: field(3, localObjectReference),
  readOnly: field(4, boolean),
  options: field(5, map(string)),
});
export interface FlexVolumeSource extends Infer<typeof flexVolumeSource> {}

export const flockerVolumeSource = message("io.k8s.api.core.v1.FlockerVolumeSource", {
  datasetName: field(1, string),
  datasetUUID: field(2, string),
});
export interface FlockerVolumeSource extends Infer<typeof flockerVolumeSource> {}

export const gcePersistentDiskVolumeSource = message("io.k8s.api.core.v1.GCEPersistentDiskVolumeSource", {
  pdName: field(1, string, { required: true }),
  fsType: field(2, string),
  partition: field(3, int32),
  readOnly: field(4, boolean),
});
export interface GCEPersistentDiskVolumeSource extends Infer<typeof gcePersistentDiskVolumeSource> {}

export const gitRepoVolumeSource = message("io.k8s.api.core.v1.GitRepoVolumeSource", {
  repository: field(1, string, { required: true }),
  revision: field(2, string),
  directory: field(3, string),
});
export interface GitRepoVolumeSource extends Infer<typeof gitRepoVolumeSource> {}

export const glusterfsVolumeSource = message("io.k8s.api.core.v1.GlusterfsVolumeSource", {
  endpoints: field(1, string, { required: true }),
  path: field(2, string, { required: true }),
  readOnly: field(3, boolean),
});
export interface GlusterfsVolumeSource extends Infer<typeof glusterfsVolumeSource> {}

export const iscsiVolumeSource = message("io.k8s.api.core.v1.ISCSIVolumeSource", {
  targetPortal: field(1, string, { required: true }),
  iqn: field(2, string, { required: true }),
  lun: field(3, int32, { required: true, default: 0 }),
  iscsiInterface: field(4, string, { default: "default" }),
  fsType: field(5, string),
  readOnly: field(6, boolean),
  portals: field(7, list(string, { listType: "atomic" })),
  chapAuthDiscovery: field(8, boolean),
  secretRef: field(10, localObjectReference),
  chapAuthSession: field(11, boolean),
  initiatorName: field(12, string, { pointer: true }),
});
export interface ISCSIVolumeSource extends Infer<typeof iscsiVolumeSource> {}

export const nfsVolumeSource = message("io.k8s.api.core.v1.NFSVolumeSource", {
  server: field(1, string, { required: true }),
  path: field(2, string, { required: true }),
  readOnly: field(3, boolean),
});
export interface NFSVolumeSource extends Infer<typeof nfsVolumeSource> {}

export const photonPersistentDiskVolumeSource = message("io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource", {
  pdID: field(1, string, { required: true }),
  fsType: field(2, string),
});
export interface PhotonPersistentDiskVolumeSource extends Infer<typeof photonPersistentDiskVolumeSource> {}

export const portworxVolumeSource = message("io.k8s.api.core.v1.PortworxVolumeSource", {
  volumeID: field(1, string, { required: true }),
  fsType: field(2, string),
  readOnly: field(3, boolean),
});
export interface PortworxVolumeSource extends Infer<typeof portworxVolumeSource> {}

export const quobyteVolumeSource = message("io.k8s.api.core.v1.QuobyteVolumeSource", {
  registry: field(1, string, { required: true }),
  volume: field(2, string, { required: true }),
  readOnly: field(3, boolean),
  user: field(4, string),
  group: field(5, string),
  tenant: field(6, string),
});
export interface QuobyteVolumeSource extends Infer<typeof quobyteVolumeSource> {}

export const rbdVolumeSource = message("io.k8s.api.core.v1.RBDVolumeSource", {
  monitors: field(1, list(string, { listType: "atomic" }), { required: true }),
  image: field(2, string, { required: true }),
  fsType: field(3, string),
  pool: field(4, string, { default: "rbd" }),
  user: field(5, string, { default: "admin" }),
  keyring: field(6, string, { default: "/etc/ceph/keyring" }),
  secretRef: field(7, localObjectReference),
  readOnly: field(8, boolean),
});
export interface RBDVolumeSource extends Infer<typeof rbdVolumeSource> {}

export const scaleIOVolumeSource = message("io.k8s.api.core.v1.ScaleIOVolumeSource", {
  gateway: field(1, string, { required: true }),
  system: field(2, string, { required: true }),
  secretRef: field(3, localObjectReference, { required: true, pointer: true }),
  sslEnabled: field(4, boolean),
  protectionDomain: field(5, string),
  storagePool: field(6, string),
  storageMode: field(7, string, { default: "ThinProvisioned" }),
  volumeName: field(8, string),
  fsType: field(9, string, { default: "xfs" }),
  readOnly: field(10, boolean),
});
export interface ScaleIOVolumeSource extends Infer<typeof scaleIOVolumeSource> {}

export const storageOSVolumeSource = message("io.k8s.api.core.v1.StorageOSVolumeSource", {
  volumeName: field(1, string),
  volumeNamespace: field(2, string),
  fsType: field(3, string),
  readOnly: field(4, boolean),
  secretRef: field(5, localObjectReference),
});
export interface StorageOSVolumeSource extends Infer<typeof storageOSVolumeSource> {}

export const vsphereVirtualDiskVolumeSource = message("io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource", {
  volumePath: field(1, string, { required: true }),
  fsType: field(2, string),
  storagePolicyName: field(3, string),
  storagePolicyID: field(4, string),
});
export interface VsphereVirtualDiskVolumeSource extends Infer<typeof vsphereVirtualDiskVolumeSource> {}
