/** What storage drivers say of themselves: CSIDriver, CSINode, CSIStorageCapacity. */
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, field, int32, int64, kind, list, message, quantity, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const tokenRequest = message("io.k8s.api.storage.v1.TokenRequest", {
  audience: field(1, string, { required: true }),
  expirationSeconds: field(2, int64, { pointer: true }),
});
export interface TokenRequest extends Infer<typeof tokenRequest> {}

export const csiDriverSpec = message("io.k8s.api.storage.v1.CSIDriverSpec", {
  attachRequired: field(1, boolean, { pointer: true }),
  podInfoOnMount: field(2, boolean, { pointer: true }),
  volumeLifecycleModes: field(3, list(string, { listType: "set" })),
  storageCapacity: field(4, boolean, { pointer: true }),
  fsGroupPolicy: field(5, string, { pointer: true }),
  tokenRequests: field(6, list(tokenRequest, { listType: "atomic" })),
  requiresRepublish: field(7, boolean, { pointer: true }),
  seLinuxMount: field(8, boolean, { pointer: true }),
  nodeAllocatableUpdatePeriodSeconds: field(9, int64, { pointer: true }),
  serviceAccountTokenInSecrets: field(10, boolean, { pointer: true }),
  preventPodSchedulingIfMissing: field(11, boolean, { pointer: true }),
});
export interface CSIDriverSpec extends Infer<typeof csiDriverSpec> {}

export const csiDriver = kind("io.k8s.api.storage.v1.CSIDriver", "storage.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, csiDriverSpec, { required: true }),
});
export interface CSIDriver extends Infer<typeof csiDriver> {}

export const csiDriverList = listKind("io.k8s.api.storage.v1.CSIDriverList", csiDriver);
export interface CSIDriverList extends Infer<typeof csiDriverList> {}

export const volumeNodeResources = message("io.k8s.api.storage.v1.VolumeNodeResources", {
  count: field(1, int32, { pointer: true }),
});
export interface VolumeNodeResources extends Infer<typeof volumeNodeResources> {}

export const csiNodeDriver = message("io.k8s.api.storage.v1.CSINodeDriver", {
  name: field(1, string, { required: true }),
  nodeID: field(2, string, { required: true }),
  topologyKeys: field(3, list(string, { listType: "atomic" }), { always: true }),
  allocatable: field(4, volumeNodeResources),
});
export interface CSINodeDriver extends Infer<typeof csiNodeDriver> {}

export const csiNodeSpec = message("io.k8s.api.storage.v1.CSINodeSpec", {
  drivers: field(1, list(csiNodeDriver, { listType: "map", listMapKeys: ["name"] }), {
    required: true,
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
});
export interface CSINodeSpec extends Infer<typeof csiNodeSpec> {}

export const csiNode = kind("io.k8s.api.storage.v1.CSINode", "storage.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, csiNodeSpec, { required: true }),
});
export interface CSINode extends Infer<typeof csiNode> {}

export const csiNodeList = listKind("io.k8s.api.storage.v1.CSINodeList", csiNode);
export interface CSINodeList extends Infer<typeof csiNodeList> {}

export const csiStorageCapacity = kind("io.k8s.api.storage.v1.CSIStorageCapacity", "storage.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  nodeTopology: field(2, labelSelector),
  storageClassName: field(3, string, { required: true }),
  capacity: field(4, quantity),
  maximumVolumeSize: field(5, quantity),
});
export interface CSIStorageCapacity extends Infer<typeof csiStorageCapacity> {}

export const csiStorageCapacityList = listKind("io.k8s.api.storage.v1.CSIStorageCapacityList", csiStorageCapacity);
export interface CSIStorageCapacityList extends Infer<typeof csiStorageCapacityList> {}
