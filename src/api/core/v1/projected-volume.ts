/** Volumes written by the node agent: projections and the downward API. */
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { boolean, field, inline, int32, int64, list, map, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { keyToPath, localObjectReference, objectFieldSelector, resourceFieldSelector } from "./references.ts";

export const clusterTrustBundleProjection = message("io.k8s.api.core.v1.ClusterTrustBundleProjection", {
  name: field(1, string, { pointer: true }),
  signerName: field(2, string, { pointer: true }),
  labelSelector: field(3, labelSelector),
  path: field(4, string, { required: true }),
  optional: field(5, boolean, { pointer: true }),
});
export interface ClusterTrustBundleProjection extends Infer<typeof clusterTrustBundleProjection> {}

export const configMapProjection = message("io.k8s.api.core.v1.ConfigMapProjection", {
  localObjectReference: inline(1, localObjectReference),
  items: field(2, list(keyToPath, { listType: "atomic" })),
  optional: field(4, boolean, { pointer: true }),
});
export interface ConfigMapProjection extends Infer<typeof configMapProjection> {}

export const downwardAPIVolumeFile = message("io.k8s.api.core.v1.DownwardAPIVolumeFile", {
  path: field(1, string, { required: true }),
  fieldRef: field(2, objectFieldSelector),
  resourceFieldRef: field(3, resourceFieldSelector),
  mode: field(4, int32, { pointer: true }),
});
export interface DownwardAPIVolumeFile extends Infer<typeof downwardAPIVolumeFile> {}

export const downwardAPIProjection = message("io.k8s.api.core.v1.DownwardAPIProjection", {
  items: field(1, list(downwardAPIVolumeFile, { listType: "atomic" })),
});
export interface DownwardAPIProjection extends Infer<typeof downwardAPIProjection> {}

export const downwardAPIVolumeSource = message("io.k8s.api.core.v1.DownwardAPIVolumeSource", {
  items: field(1, list(downwardAPIVolumeFile, { listType: "atomic" })),
  defaultMode: field(2, int32, { pointer: true }),
});
export interface DownwardAPIVolumeSource extends Infer<typeof downwardAPIVolumeSource> {}

export const podCertificateProjection = message("io.k8s.api.core.v1.PodCertificateProjection", {
  signerName: field(1, string, { required: true, always: false }),
  keyType: field(2, string, { required: true, always: false }),
  maxExpirationSeconds: field(3, int32, { pointer: true }),
  credentialBundlePath: field(4, string),
  keyPath: field(5, string),
  certificateChainPath: field(6, string),
  userAnnotations: field(7, map(string)),
});
export interface PodCertificateProjection extends Infer<typeof podCertificateProjection> {}

export const secretProjection = message("io.k8s.api.core.v1.SecretProjection", {
  localObjectReference: inline(1, localObjectReference),
  items: field(2, list(keyToPath, { listType: "atomic" })),
  optional: field(4, boolean, { pointer: true }),
});
export interface SecretProjection extends Infer<typeof secretProjection> {}

export const serviceAccountTokenProjection = message("io.k8s.api.core.v1.ServiceAccountTokenProjection", {
  audience: field(1, string),
  expirationSeconds: field(2, int64, { pointer: true }),
  path: field(3, string, { required: true }),
});
export interface ServiceAccountTokenProjection extends Infer<typeof serviceAccountTokenProjection> {}

export const volumeProjection = message("io.k8s.api.core.v1.VolumeProjection", {
  secret: field(1, secretProjection),
  downwardAPI: field(2, downwardAPIProjection),
  configMap: field(3, configMapProjection),
  serviceAccountToken: field(4, serviceAccountTokenProjection),
  clusterTrustBundle: field(5, clusterTrustBundleProjection),
  podCertificate: field(6, podCertificateProjection),
});
export interface VolumeProjection extends Infer<typeof volumeProjection> {}

export const projectedVolumeSource = message("io.k8s.api.core.v1.ProjectedVolumeSource", {
  sources: field(1, list(volumeProjection, { listType: "atomic" }), { always: true }),
  defaultMode: field(2, int32, { pointer: true }),
});
export interface ProjectedVolumeSource extends Infer<typeof projectedVolumeSource> {}
