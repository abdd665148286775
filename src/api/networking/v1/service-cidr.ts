/** The addresses of Services: ServiceCIDR and IPAddress. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { condition, objectMeta } from "../../meta/v1/object-meta.ts";
import { field, kind, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const parentReference = message("io.k8s.api.networking.v1.ParentReference", {
  group: field(1, string),
  resource: field(2, string, { required: true, always: false }),
  namespace: field(3, string),
  name: field(4, string, { required: true, always: false }),
});
export interface ParentReference extends Infer<typeof parentReference> {}

export const ipAddressSpec = message("io.k8s.api.networking.v1.IPAddressSpec", {
  parentRef: field(1, parentReference, { required: true, always: false }),
});
export interface IPAddressSpec extends Infer<typeof ipAddressSpec> {}

export const ipAddress = kind("io.k8s.api.networking.v1.IPAddress", "networking.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, ipAddressSpec, { required: true }),
});
export interface IPAddress extends Infer<typeof ipAddress> {}

export const ipAddressList = listKind("io.k8s.api.networking.v1.IPAddressList", ipAddress);
export interface IPAddressList extends Infer<typeof ipAddressList> {}

export const serviceCIDRSpec = message("io.k8s.api.networking.v1.ServiceCIDRSpec", {
  cidrs: field(1, list(string, { listType: "atomic" })),
});
export interface ServiceCIDRSpec extends Infer<typeof serviceCIDRSpec> {}

export const serviceCIDRStatus = message("io.k8s.api.networking.v1.ServiceCIDRStatus", {
  conditions: field(1, list(condition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
});
export interface ServiceCIDRStatus extends Infer<typeof serviceCIDRStatus> {}

export const serviceCIDR = kind("io.k8s.api.networking.v1.ServiceCIDR", "networking.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, serviceCIDRSpec, { always: true }),
  status: field(3, serviceCIDRStatus, { always: true }),
});
export interface ServiceCIDR extends Infer<typeof serviceCIDR> {}

export const serviceCIDRList = listKind("io.k8s.api.networking.v1.ServiceCIDRList", serviceCIDR);
export interface ServiceCIDRList extends Infer<typeof serviceCIDRList> {}
