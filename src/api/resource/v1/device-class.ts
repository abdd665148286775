/** DeviceClass. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, inline, kind, list, message, rawExtension, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const celDeviceSelector = message("io.k8s.api.resource.v1.CELDeviceSelector", {
  expression: field(1, string, { required: true }),
});
export interface CELDeviceSelector extends Infer<typeof celDeviceSelector> {}

export const opaqueDeviceConfiguration = message("io.k8s.api.resource.v1.OpaqueDeviceConfiguration", {
  driver: field(1, string, { required: true }),
  parameters: field(2, rawExtension, { required: true }),
});
export interface OpaqueDeviceConfiguration extends Infer<typeof opaqueDeviceConfiguration> {}

export const deviceConfiguration = message("io.k8s.api.resource.v1.DeviceConfiguration", {
  opaque: field(1, opaqueDeviceConfiguration),
});
export interface DeviceConfiguration extends Infer<typeof deviceConfiguration> {}

export const deviceClassConfiguration = message("io.k8s.api.resource.v1.DeviceClassConfiguration", {
  deviceConfiguration: inline(1, deviceConfiguration),
});
export interface DeviceClassConfiguration extends Infer<typeof deviceClassConfiguration> {}

export const deviceSelector = message("io.k8s.api.resource.v1.DeviceSelector", {
  cel: field(1, celDeviceSelector),
});
export interface DeviceSelector extends Infer<typeof deviceSelector> {}

export const deviceClassSpec = message("io.k8s.api.resource.v1.DeviceClassSpec", {
  selectors: field(1, list(deviceSelector, { listType: "atomic" })),
  config: field(2, list(deviceClassConfiguration, { listType: "atomic" })),
  extendedResourceName: field(4, string, { pointer: true }),
});
export interface DeviceClassSpec extends Infer<typeof deviceClassSpec> {}

export const deviceClass = kind("io.k8s.api.resource.v1.DeviceClass", "resource.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, deviceClassSpec, { required: true }),
});
export interface DeviceClass extends Infer<typeof deviceClass> {}

export const deviceClassList = listKind("io.k8s.api.resource.v1.DeviceClassList", deviceClass);
export interface DeviceClassList extends Infer<typeof deviceClassList> {}
