/** What a claim was given. */
import { nodeSelector } from "../../core/v1/node-selector.ts";
import { condition } from "../../meta/v1/object-meta.ts";
import {
  boolean,
  enumeration,
  field,
  inline,
  list,
  map,
  message,
  quantity,
  rawExtension,
  string,
  time,
} from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { deviceToleration } from "./device-claim.ts";
import { deviceConfiguration } from "./device-class.ts";

export const networkDeviceData = message("io.k8s.api.resource.v1.NetworkDeviceData", {
  interfaceName: field(1, string),
  ips: field(2, list(string, { listType: "atomic" })),
  hardwareAddress: field(3, string),
});
export interface NetworkDeviceData extends Infer<typeof networkDeviceData> {}

export const allocatedDeviceStatus = message("io.k8s.api.resource.v1.AllocatedDeviceStatus", {
  driver: field(1, string, { required: true }),
  pool: field(2, string, { required: true }),
  device: field(3, string, { required: true }),
  conditions: field(4, list(condition, { listType: "map", listMapKeys: ["type"] }), { always: true }),
  data: field(5, rawExtension),
  networkData: field(6, networkDeviceData),
  shareID: field(7, string, { pointer: true }),
});
export interface AllocatedDeviceStatus extends Infer<typeof allocatedDeviceStatus> {}

export const allocationConfigSource = enumeration("FromClaim", "FromClass");
export type AllocationConfigSource = Infer<typeof allocationConfigSource>;

export const deviceAllocationConfiguration = message("io.k8s.api.resource.v1.DeviceAllocationConfiguration", {
  source: field(1, allocationConfigSource, { required: true }),
  requests: field(2, list(string, { listType: "atomic" })),
  deviceConfiguration: inline(3, deviceConfiguration),
});
export interface DeviceAllocationConfiguration extends Infer<typeof deviceAllocationConfiguration> {}

export const deviceRequestAllocationResult = message("io.k8s.api.resource.v1.DeviceRequestAllocationResult", {
  request: field(1, string, { required: true }),
  driver: field(2, string, { required: true }),
  pool: field(3, string, { required: true }),
  device: field(4, string, { required: true }),
  adminAccess: field(5, boolean, { pointer: true }),
  tolerations: field(6, list(deviceToleration, { listType: "atomic" })),
  bindingConditions: field(7, list(string, { listType: "atomic" })),
  bindingFailureConditions: field(8, list(string, { listType: "atomic" })),
  shareID: field(9, string, { pointer: true }),
  consumedCapacity: field(10, map(quantity)),
});
export interface DeviceRequestAllocationResult extends Infer<typeof deviceRequestAllocationResult> {}

export const deviceAllocationResult = message("io.k8s.api.resource.v1.DeviceAllocationResult", {
  results: field(1, list(deviceRequestAllocationResult, { listType: "atomic" })),
  config: field(2, list(deviceAllocationConfiguration, { listType: "atomic" })),
});
export interface DeviceAllocationResult extends Infer<typeof deviceAllocationResult> {}

export const allocationResult = message("io.k8s.api.resource.v1.AllocationResult", {
  devices: field(1, deviceAllocationResult, { always: true }),
  nodeSelector: field(3, nodeSelector),
  allocationTimestamp: field(5, time),
});
export interface AllocationResult extends Infer<typeof allocationResult> {}
