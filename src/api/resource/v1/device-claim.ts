/** What a claim asks for. */
import {
  boolean,
  enumeration,
  field,
  inline,
  int64,
  list,
  map,
  message,
  quantity,
  string,
} from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { deviceConfiguration, deviceSelector } from "./device-class.ts";
import { deviceTaintEffect } from "./enums.ts";

export const capacityRequirements = message("io.k8s.api.resource.v1.CapacityRequirements", {
  requests: field(1, map(quantity)),
});
export interface CapacityRequirements extends Infer<typeof capacityRequirements> {}

export const deviceClaimConfiguration = message("io.k8s.api.resource.v1.DeviceClaimConfiguration", {
  requests: field(1, list(string, { listType: "atomic" })),
  deviceConfiguration: inline(2, deviceConfiguration),
});
export interface DeviceClaimConfiguration extends Infer<typeof deviceClaimConfiguration> {}

export const deviceConstraint = message("io.k8s.api.resource.v1.DeviceConstraint", {
  requests: field(1, list(string, { listType: "atomic" })),
  matchAttribute: field(2, string, { pointer: true }),
  distinctAttribute: field(3, string, { pointer: true }),
});
export interface DeviceConstraint extends Infer<typeof deviceConstraint> {}

export const deviceTolerationOperator = enumeration("Equal", "Exists");
export type DeviceTolerationOperator = Infer<typeof deviceTolerationOperator>;

export const deviceToleration = message("io.k8s.api.resource.v1.DeviceToleration", {
  key: field(1, string),
  operator: field(2, deviceTolerationOperator, { default: "Equal" }),
  value: field(3, string),
  effect: field(4, deviceTaintEffect),
  tolerationSeconds: field(5, int64, { pointer: true }),
});
export interface DeviceToleration extends Infer<typeof deviceToleration> {}

export const deviceAllocationMode = enumeration("All", "ExactCount");
export type DeviceAllocationMode = Infer<typeof deviceAllocationMode>;

export const deviceSubRequest = message("io.k8s.api.resource.v1.DeviceSubRequest", {
  name: field(1, string, { required: true }),
  deviceClassName: field(2, string, { required: true }),
  selectors: field(3, list(deviceSelector, { listType: "atomic" })),
  allocationMode: field(4, deviceAllocationMode),
  count: field(5, int64),
  tolerations: field(6, list(deviceToleration, { listType: "atomic" })),
  capacity: field(7, capacityRequirements),
});
export interface DeviceSubRequest extends Infer<typeof deviceSubRequest> {}

export const exactDeviceRequest = message("io.k8s.api.resource.v1.ExactDeviceRequest", {
  deviceClassName: field(1, string, { required: true }),
  selectors: field(2, list(deviceSelector, { listType: "atomic" })),
  allocationMode: field(3, deviceAllocationMode),
  count: field(4, int64),
  adminAccess: field(5, boolean, { pointer: true }),
  tolerations: field(6, list(deviceToleration, { listType: "atomic" })),
  capacity: field(7, capacityRequirements),
});
export interface ExactDeviceRequest extends Infer<typeof exactDeviceRequest> {}

export const deviceRequest = message("io.k8s.api.resource.v1.DeviceRequest", {
  name: field(1, string, { required: true }),
  exactly: field(2, exactDeviceRequest),
  firstAvailable: field(3, list(deviceSubRequest, { listType: "atomic" })),
});
export interface DeviceRequest extends Infer<typeof deviceRequest> {}

export const deviceClaim = message("io.k8s.api.resource.v1.DeviceClaim", {
  requests: field(1, list(deviceRequest, { listType: "atomic" }), { always: true }),
  constraints: field(2, list(deviceConstraint, { listType: "atomic" })),
  config: field(3, list(deviceClaimConfiguration, { listType: "atomic" })),
});
export interface DeviceClaim extends Infer<typeof deviceClaim> {}
