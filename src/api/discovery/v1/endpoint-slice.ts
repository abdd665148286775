/** EndpointSlice: where the pods of a Service are. */
import { protocol } from "../../core/v1/enums.ts";
import { objectReference } from "../../core/v1/references.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, enumeration, field, int32, kind, list, map, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const endpointConditions = message("io.k8s.api.discovery.v1.EndpointConditions", {
  ready: field(1, boolean, { pointer: true }),
  serving: field(2, boolean, { pointer: true }),
  terminating: field(3, boolean, { pointer: true }),
});
export interface EndpointConditions extends Infer<typeof endpointConditions> {}

export const forNode = message("io.k8s.api.discovery.v1.ForNode", {
  name: field(1, string, { required: true }),
});
export interface ForNode extends Infer<typeof forNode> {}

export const forZone = message("io.k8s.api.discovery.v1.ForZone", {
  name: field(1, string, { required: true }),
});
export interface ForZone extends Infer<typeof forZone> {}

export const endpointHints = message("io.k8s.api.discovery.v1.EndpointHints", {
  forZones: field(1, list(forZone, { listType: "atomic" })),
  forNodes: field(2, list(forNode, { listType: "atomic" })),
});
export interface EndpointHints extends Infer<typeof endpointHints> {}

export const endpoint = message("io.k8s.api.discovery.v1.Endpoint", {
  addresses: field(1, list(string, { listType: "set" }), { required: true }),
  conditions: field(2, endpointConditions, { always: true }),
  hostname: field(3, string, { pointer: true }),
  targetRef: field(4, objectReference),
  deprecatedTopology: field(5, map(string)),
  nodeName: field(6, string, { pointer: true }),
  zone: field(7, string, { pointer: true }),
  hints: field(8, endpointHints),
});
export interface Endpoint extends Infer<typeof endpoint> {}

export const endpointPort = message(
  "io.k8s.api.discovery.v1.EndpointPort",
  {
    name: field(1, string, { pointer: true }),
    protocol: field(2, protocol, { pointer: true }),
    port: field(3, int32, { pointer: true }),
    appProtocol: field(4, string, { pointer: true }),
  },
  { mapType: "atomic" },
);
export interface EndpointPort extends Infer<typeof endpointPort> {}

export const addressType = enumeration("FQDN", "IPv4", "IPv6");
export type AddressType = Infer<typeof addressType>;

export const endpointSlice = kind("io.k8s.api.discovery.v1.EndpointSlice", "discovery.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  endpoints: field(2, list(endpoint, { listType: "atomic" }), { always: true }),
  ports: field(3, list(endpointPort, { listType: "atomic" }), { always: true }),
  addressType: field(4, addressType, { required: true }),
});
export interface EndpointSlice extends Infer<typeof endpointSlice> {}

export const endpointSliceList = listKind("io.k8s.api.discovery.v1.EndpointSliceList", endpointSlice);
export interface EndpointSliceList extends Infer<typeof endpointSliceList> {}
