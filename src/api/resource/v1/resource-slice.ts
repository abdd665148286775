/** ResourceSlice: the devices of a node. */
import { nodeSelector } from "../../core/v1/node-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, field, int64, kind, list, map, message, quantity, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { deviceTaintEffect } from "./enums.ts";

export const capacityRequestPolicyRange = message("io.k8s.api.resource.v1.CapacityRequestPolicyRange", {
  min: field(1, quantity, { required: true, always: false }),
  max: field(2, quantity),
  step: field(3, quantity),
});
export interface CapacityRequestPolicyRange extends Infer<typeof capacityRequestPolicyRange> {}

export const capacityRequestPolicy = message("io.k8s.api.resource.v1.CapacityRequestPolicy", {
  default: field(1, quantity, { always: true, pointer: true }),
  validValues: field(3, list(quantity, { listType: "atomic" })),
  validRange: field(4, capacityRequestPolicyRange),
});
export interface CapacityRequestPolicy extends Infer<typeof capacityRequestPolicy> {}

export const counter = message("io.k8s.api.resource.v1.Counter", {
  value: field(1, quantity, { required: true }),
});
export interface Counter extends Infer<typeof counter> {}

export const counterSet = message("io.k8s.api.resource.v1.CounterSet", {
  name: field(1, string, { required: true }),
  counters: field(2, map(counter), { required: true, always: false }),
});
export interface CounterSet extends Infer<typeof counterSet> {}

export const deviceAttribute = message("io.k8s.api.resource.v1.DeviceAttribute", {
  int: field(2, int64, { pointer: true }),
  bool: field(3, boolean, { pointer: true }),
  string: field(4, string, { pointer: true }),
  version: field(5, string, { pointer: true }),
  ints: field(6, list(int64, { listType: "atomic" })),
  bools: field(7, list(boolean, { listType: "atomic" })),
  strings: field(8, list(string, { listType: "atomic" })),
  versions: field(9, list(string, { listType: "atomic" })),
});
export interface DeviceAttribute extends Infer<typeof deviceAttribute> {}

export const deviceCapacity = message("io.k8s.api.resource.v1.DeviceCapacity", {
  value: field(1, quantity, { required: true }),
  requestPolicy: field(2, capacityRequestPolicy),
});
export interface DeviceCapacity extends Infer<typeof deviceCapacity> {}

export const deviceCounterConsumption = message("io.k8s.api.resource.v1.DeviceCounterConsumption", {
  counterSet: field(1, string, { required: true }),
  counters: field(2, map(counter), { required: true, always: false }),
});
export interface DeviceCounterConsumption extends Infer<typeof deviceCounterConsumption> {}

export const deviceTaint = message("io.k8s.api.resource.v1.DeviceTaint", {
  key: field(1, string, { required: true }),
  value: field(2, string),
  effect: field(3, deviceTaintEffect, { required: true }),
  timeAdded: field(4, time),
});
export interface DeviceTaint extends Infer<typeof deviceTaint> {}

export const nodeAllocatableResourceMapping = message("io.k8s.api.resource.v1.NodeAllocatableResourceMapping", {
  capacityKey: field(1, string, { pointer: true }),
  allocationMultiplier: field(2, quantity),
});
export interface NodeAllocatableResourceMapping extends Infer<typeof nodeAllocatableResourceMapping> {}

export const device = message("io.k8s.api.resource.v1.Device", {
  name: field(1, string, { required: true }),
  attributes: field(2, map(deviceAttribute)),
  capacity: field(3, map(deviceCapacity)),
  consumesCounters: field(4, list(deviceCounterConsumption, { listType: "atomic" })),
  nodeName: field(5, string, { pointer: true }),
  nodeSelector: field(6, nodeSelector),
  allNodes: field(7, boolean, { pointer: true }),
  taints: field(8, list(deviceTaint, { listType: "atomic" })),
  bindsToNode: field(9, boolean, { pointer: true }),
  bindingConditions: field(10, list(string, { listType: "atomic" })),
  bindingFailureConditions: field(11, list(string, { listType: "atomic" })),
  allowMultipleAllocations: field(12, boolean, { pointer: true }),
  nodeAllocatableResourceMappings: field(13, map(nodeAllocatableResourceMapping)),
});
export interface Device extends Infer<typeof device> {}

export const resourcePool = message("io.k8s.api.resource.v1.ResourcePool", {
  name: field(1, string, { required: true }),
  generation: field(2, int64, { required: true, default: 0 }),
  resourceSliceCount: field(3, int64, { required: true, default: 0 }),
});
export interface ResourcePool extends Infer<typeof resourcePool> {}

export const resourceSliceSpec = message("io.k8s.api.resource.v1.ResourceSliceSpec", {
  driver: field(1, string, { required: true }),
  pool: field(2, resourcePool, { required: true }),
  nodeName: field(3, string, { pointer: true }),
  nodeSelector: field(4, nodeSelector),
  allNodes: field(5, boolean, { pointer: true }),
  devices: field(6, list(device, { listType: "atomic" })),
  perDeviceNodeSelection: field(7, boolean, { pointer: true }),
  sharedCounters: field(8, list(counterSet, { listType: "atomic" })),
});
export interface ResourceSliceSpec extends Infer<typeof resourceSliceSpec> {}

export const resourceSlice = kind("io.k8s.api.resource.v1.ResourceSlice", "resource.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, resourceSliceSpec, { required: true }),
});
export interface ResourceSlice extends Infer<typeof resourceSlice> {}

export const resourceSliceList = listKind("io.k8s.api.resource.v1.ResourceSliceList", resourceSlice);
export interface ResourceSliceList extends Infer<typeof resourceSliceList> {}
