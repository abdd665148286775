/** What a node says of itself. */
import {
  boolean,
  enumeration,
  field,
  int32,
  int64,
  list,
  map,
  message,
  quantity,
  string,
  time,
} from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const attachedVolume = message("io.k8s.api.core.v1.AttachedVolume", {
  name: field(1, string, { required: true }),
  devicePath: field(2, string, { required: true }),
});
export interface AttachedVolume extends Infer<typeof attachedVolume> {}

export const configMapNodeConfigSource = message("io.k8s.api.core.v1.ConfigMapNodeConfigSource", {
  namespace: field(1, string, { required: true }),
  name: field(2, string, { required: true }),
  uid: field(3, string),
  resourceVersion: field(4, string),
  kubeletConfigKey: field(5, string, { required: true }),
});
export interface ConfigMapNodeConfigSource extends Infer<typeof configMapNodeConfigSource> {}

export const containerImage = message("io.k8s.api.core.v1.ContainerImage", {
  names: field(1, list(string, { listType: "atomic" }), { always: true }),
  sizeBytes: field(2, int64),
});
export interface ContainerImage extends Infer<typeof containerImage> {}

export const daemonEndpoint = message("io.k8s.api.core.v1.DaemonEndpoint", {
  Port: field(1, int32, { required: true, default: 0 }),
});
export interface DaemonEndpoint extends Infer<typeof daemonEndpoint> {}

export const nodeAddress = message("io.k8s.api.core.v1.NodeAddress", {
  type: field(1, string, { required: true }),
  address: field(2, string, { required: true }),
});
export interface NodeAddress extends Infer<typeof nodeAddress> {}

export const nodeAllocatableResourceClaimStatus = message("io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus", {
  resourceClaimName: field(1, string, { required: true }),
  containers: field(2, list(string, { listType: "set" })),
  resources: field(3, map(quantity), { required: true }),
});
export interface NodeAllocatableResourceClaimStatus extends Infer<typeof nodeAllocatableResourceClaimStatus> {}

export const nodeCondition = message("io.k8s.api.core.v1.NodeCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  lastHeartbeatTime: field(3, time, { always: true }),
  lastTransitionTime: field(4, time, { always: true }),
  reason: field(5, string),
  message: field(6, string),
});
export interface NodeCondition extends Infer<typeof nodeCondition> {}

export const nodeConfigSource = message("io.k8s.api.core.v1.NodeConfigSource", {
  configMap: field(2, configMapNodeConfigSource),
});
export interface NodeConfigSource extends Infer<typeof nodeConfigSource> {}

export const nodeConfigStatus = message("io.k8s.api.core.v1.NodeConfigStatus", {
  assigned: field(1, nodeConfigSource),
  active: field(2, nodeConfigSource),
  lastKnownGood: field(3, nodeConfigSource),
  error: field(4, string),
});
export interface NodeConfigStatus extends Infer<typeof nodeConfigStatus> {}

export const nodeDaemonEndpoints = message("io.k8s.api.core.v1.NodeDaemonEndpoints", {
  kubeletEndpoint: field(1, daemonEndpoint, { always: true }),
});
export interface NodeDaemonEndpoints extends Infer<typeof nodeDaemonEndpoints> {}

export const nodeFeatures = message("io.k8s.api.core.v1.NodeFeatures", {
  supplementalGroupsPolicy: field(1, boolean, { pointer: true }),
});
export interface NodeFeatures extends Infer<typeof nodeFeatures> {}

export const nodeRuntimeHandlerFeatures = message("io.k8s.api.core.v1.NodeRuntimeHandlerFeatures", {
  recursiveReadOnlyMounts: field(1, boolean, { pointer: true }),
  userNamespaces: field(2, boolean, { pointer: true }),
});
export interface NodeRuntimeHandlerFeatures extends Infer<typeof nodeRuntimeHandlerFeatures> {}

export const nodeRuntimeHandler = message("io.k8s.api.core.v1.NodeRuntimeHandler", {
  name: field(1, string, { always: true }),
  features: field(2, nodeRuntimeHandlerFeatures),
});
export interface NodeRuntimeHandler extends Infer<typeof nodeRuntimeHandler> {}

export const nodeSwapStatus = message("io.k8s.api.core.v1.NodeSwapStatus", {
  capacity: field(1, int64, { pointer: true }),
});
export interface NodeSwapStatus extends Infer<typeof nodeSwapStatus> {}

export const nodeSystemInfo = message("io.k8s.api.core.v1.NodeSystemInfo", {
  machineID: field(1, string, { required: true }),
  systemUUID: field(2, string, { required: true }),
  bootID: field(3, string, { required: true }),
  kernelVersion: field(4, string, { required: true }),
  osImage: field(5, string, { required: true }),
  containerRuntimeVersion: field(6, string, { required: true }),
  kubeletVersion: field(7, string, { required: true }),
  kubeProxyVersion: field(8, string, { required: true }),
  operatingSystem: field(9, string, { required: true }),
  architecture: field(10, string, { required: true }),
  swap: field(11, nodeSwapStatus),
});
export interface NodeSystemInfo extends Infer<typeof nodeSystemInfo> {}

export const nodePhase = enumeration("Pending", "Running", "Terminated");
export type NodePhase = Infer<typeof nodePhase>;

export const nodeStatus = message("io.k8s.api.core.v1.NodeStatus", {
  capacity: field(1, map(quantity)),
  allocatable: field(2, map(quantity)),
  phase: field(3, nodePhase),
  conditions: field(4, list(nodeCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
  addresses: field(5, list(nodeAddress, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
  daemonEndpoints: field(6, nodeDaemonEndpoints, { always: true }),
  nodeInfo: field(7, nodeSystemInfo, { always: true }),
  images: field(8, list(containerImage, { listType: "atomic" })),
  volumesInUse: field(9, list(string, { listType: "atomic" })),
  volumesAttached: field(10, list(attachedVolume, { listType: "atomic" })),
  config: field(11, nodeConfigStatus),
  runtimeHandlers: field(12, list(nodeRuntimeHandler, { listType: "atomic" })),
  features: field(13, nodeFeatures),
  declaredFeatures: field(14, list(string, { listType: "atomic" })),
});
export interface NodeStatus extends Infer<typeof nodeStatus> {}
