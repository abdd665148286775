/** ResourceClaim and its template. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, kind, list, message, partial, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { allocatedDeviceStatus, allocationResult } from "./allocation.ts";
import { deviceClaim } from "./device-claim.ts";

export const resourceClaimSpec = message("io.k8s.api.resource.v1.ResourceClaimSpec", {
  devices: field(1, deviceClaim, { always: true }),
});
export interface ResourceClaimSpec extends Infer<typeof resourceClaimSpec> {}

export const resourceClaimConsumerReference = message("io.k8s.api.resource.v1.ResourceClaimConsumerReference", {
  apiGroup: field(1, string),
  resource: field(3, string, { required: true }),
  name: field(4, string, { required: true }),
  uid: field(5, string, { required: true }),
});
export interface ResourceClaimConsumerReference extends Infer<typeof resourceClaimConsumerReference> {}

export const resourceClaimStatus = message("io.k8s.api.resource.v1.ResourceClaimStatus", {
  allocation: field(1, allocationResult),
  reservedFor: field(2, list(resourceClaimConsumerReference, { listType: "map", listMapKeys: ["uid"] }), {
    patchStrategy: "merge",
    patchMergeKey: "uid",
  }),
  devices: field(
    4,
    list(allocatedDeviceStatus, { listType: "map", listMapKeys: ["driver", "device", "pool", "shareID"] }),
  ),
});
export interface ResourceClaimStatus extends Infer<typeof resourceClaimStatus> {}

export const resourceClaim = kind("io.k8s.api.resource.v1.ResourceClaim", "resource.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, resourceClaimSpec, { required: true }),
  status: field(3, resourceClaimStatus, { always: true }),
});
export interface ResourceClaim extends Infer<typeof resourceClaim> {}

export const resourceClaimList = listKind("io.k8s.api.resource.v1.ResourceClaimList", resourceClaim);
export interface ResourceClaimList extends Infer<typeof resourceClaimList> {}

export const resourceClaimTemplateSpec = message("io.k8s.api.resource.v1.ResourceClaimTemplateSpec", {
  metadata: field(1, partial(objectMeta), { always: true }),
  spec: field(2, resourceClaimSpec, { required: true }),
});
export interface ResourceClaimTemplateSpec extends Infer<typeof resourceClaimTemplateSpec> {}

export const resourceClaimTemplate = kind("io.k8s.api.resource.v1.ResourceClaimTemplate", "resource.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, resourceClaimTemplateSpec, { required: true }),
});
export interface ResourceClaimTemplate extends Infer<typeof resourceClaimTemplate> {}

export const resourceClaimTemplateList = listKind(
  "io.k8s.api.resource.v1.ResourceClaimTemplateList",
  resourceClaimTemplate,
);
export interface ResourceClaimTemplateList extends Infer<typeof resourceClaimTemplateList> {}
