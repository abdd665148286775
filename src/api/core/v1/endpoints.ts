/** Endpoints: the older form of EndpointSlice. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, int32, kind, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { protocol } from "./enums.ts";
import { objectReference } from "./references.ts";

export const endpointAddress = message(
  "io.k8s.api.core.v1.EndpointAddress",
  {
    ip: field(1, string, { required: true }),
    targetRef: field(2, objectReference),
    hostname: field(3, string),
    nodeName: field(4, string, { pointer: true }),
  },
  { mapType: "atomic" },
);
export interface EndpointAddress extends Infer<typeof endpointAddress> {}

export const endpointPort = message(
  "io.k8s.api.core.v1.EndpointPort",
  {
    name: field(1, string),
    port: field(2, int32, { required: true, default: 0 }),
    protocol: field(3, protocol),
    appProtocol: field(4, string, { pointer: true }),
  },
  { mapType: "atomic" },
);
export interface EndpointPort extends Infer<typeof endpointPort> {}

export const endpointSubset = message("io.k8s.api.core.v1.EndpointSubset", {
  addresses: field(1, list(endpointAddress, { listType: "atomic" })),
  notReadyAddresses: field(2, list(endpointAddress, { listType: "atomic" })),
  ports: field(3, list(endpointPort, { listType: "atomic" })),
});
export interface EndpointSubset extends Infer<typeof endpointSubset> {}

export const endpoints = kind("io.k8s.api.core.v1.Endpoints", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  subsets: field(2, list(endpointSubset, { listType: "atomic" })),
});
export interface Endpoints extends Infer<typeof endpoints> {}

export const endpointsList = listKind("io.k8s.api.core.v1.EndpointsList", endpoints);
export interface EndpointsList extends Infer<typeof endpointsList> {}
