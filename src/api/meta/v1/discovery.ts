/** What the server says that it serves. */
import { boolean, field, kind, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const groupVersionForDiscovery = message("io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery", {
  groupVersion: field(1, string, { required: true }),
  version: field(2, string, { required: true }),
});
export interface GroupVersionForDiscovery extends Infer<typeof groupVersionForDiscovery> {}

export const serverAddressByClientCIDR = message("io.k8s.apimachinery.pkg.apis.meta.v1.ServerAddressByClientCIDR", {
  clientCIDR: field(1, string, { required: true }),
  serverAddress: field(2, string, { required: true }),
});
export interface ServerAddressByClientCIDR extends Infer<typeof serverAddressByClientCIDR> {}

export const apiGroup = kind("io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup", "v1", {
  name: field(1, string, { required: true }),
  versions: field(2, list(groupVersionForDiscovery, { listType: "atomic" }), { required: true }),
  preferredVersion: field(3, groupVersionForDiscovery, { always: true }),
  serverAddressByClientCIDRs: field(4, list(serverAddressByClientCIDR, { listType: "atomic" })),
});
export interface APIGroup extends Infer<typeof apiGroup> {}

export const apiGroupList = kind("io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList", "v1", {
  groups: field(1, list(apiGroup, { listType: "atomic" }), { required: true }),
});
export interface APIGroupList extends Infer<typeof apiGroupList> {}

export const apiResource = message("io.k8s.apimachinery.pkg.apis.meta.v1.APIResource", {
  name: field(1, string, { required: true }),
  namespaced: field(2, boolean, { required: true, default: false }),
  kind: field(3, string, { required: true }),
  verbs: field(4, list(string, { wrapped: true }), { required: true }),
  shortNames: field(5, list(string, { listType: "atomic" })),
  singularName: field(6, string, { required: true }),
  categories: field(7, list(string, { listType: "atomic" })),
  group: field(8, string),
  version: field(9, string),
  storageVersionHash: field(10, string),
});
export interface APIResource extends Infer<typeof apiResource> {}

export const apiResourceList = kind("io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList", "v1", {
  groupVersion: field(1, string, { required: true }),
  resources: field(2, list(apiResource, { listType: "atomic" }), { required: true }),
});
export interface APIResourceList extends Infer<typeof apiResourceList> {}

export const apiVersions = kind("io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions", "v1", {
  versions: field(1, list(string, { listType: "atomic" }), { required: true }),
  serverAddressByClientCIDRs: field(2, list(serverAddressByClientCIDR, { listType: "atomic" }), { required: true }),
});
export interface APIVersions extends Infer<typeof apiVersions> {}

export const info = message("io.k8s.apimachinery.pkg.version.Info", {
  buildDate: field(0, string, { required: true }),
  compiler: field(0, string, { required: true }),
  emulationMajor: field(0, string),
  emulationMinor: field(0, string),
  gitCommit: field(0, string, { required: true }),
  gitTreeState: field(0, string, { required: true }),
  gitVersion: field(0, string, { required: true }),
  goVersion: field(0, string, { required: true }),
  major: field(0, string, { required: true }),
  minCompatibilityMajor: field(0, string),
  minCompatibilityMinor: field(0, string),
  minor: field(0, string, { required: true }),
  platform: field(0, string, { required: true }),
});
export interface Info extends Infer<typeof info> {}
