/** What became of a pod. */
import { enumeration, field, int64, list, map, message, quantity, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { resourceRequirements } from "./container.ts";
import { containerStatus } from "./container-status.ts";
import { nodeAllocatableResourceClaimStatus } from "./node-status.ts";

export const containerExtendedResourceRequest = message("io.k8s.api.core.v1.ContainerExtendedResourceRequest", {
  containerName: field(1, string, { required: true }),
  resourceName: field(2, string, { required: true }),
  requestName: field(3, string, { required: true }),
});
export interface ContainerExtendedResourceRequest extends Infer<typeof containerExtendedResourceRequest> {}

export const hostIP = message("io.k8s.api.core.v1.HostIP", {
  ip: field(1, string, { required: true }),
});
export interface HostIP extends Infer<typeof hostIP> {}

export const podCondition = message("io.k8s.api.core.v1.PodCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  lastProbeTime: field(3, time, { always: true }),
  lastTransitionTime: field(4, time, { always: true }),
  reason: field(5, string),
  message: field(6, string),
  observedGeneration: field(7, int64),
});
export interface PodCondition extends Infer<typeof podCondition> {}

export const podExtendedResourceClaimStatus = message("io.k8s.api.core.v1.PodExtendedResourceClaimStatus", {
  requestMappings: field(1, list(containerExtendedResourceRequest, { listType: "atomic" }), { required: true }),
  resourceClaimName: field(2, string, { required: true }),
});
export interface PodExtendedResourceClaimStatus extends Infer<typeof podExtendedResourceClaimStatus> {}

export const podIP = message("io.k8s.api.core.v1.PodIP", {
  ip: field(1, string, { required: true }),
});
export interface PodIP extends Infer<typeof podIP> {}

export const podResourceClaimStatus = message("io.k8s.api.core.v1.PodResourceClaimStatus", {
  name: field(1, string, { required: true }),
  resourceClaimName: field(2, string, { pointer: true }),
});
export interface PodResourceClaimStatus extends Infer<typeof podResourceClaimStatus> {}

export const podPhase = enumeration("Failed", "Pending", "Running", "Succeeded", "Unknown");
export type PodPhase = Infer<typeof podPhase>;

export const podQOSClass = enumeration("BestEffort", "Burstable", "Guaranteed");
export type PodQOSClass = Infer<typeof podQOSClass>;

export const podStatus = message("io.k8s.api.core.v1.PodStatus", {
  phase: field(1, podPhase),
  conditions: field(2, list(podCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
  message: field(3, string),
  reason: field(4, string),
  hostIP: field(5, string),
  podIP: field(6, string),
  startTime: field(7, time),
  containerStatuses: field(8, list(containerStatus, { listType: "atomic" })),
  qosClass: field(9, podQOSClass),
  initContainerStatuses: field(10, list(containerStatus, { listType: "atomic" })),
  nominatedNodeName: field(11, string),
  podIPs: field(12, list(podIP, { listType: "map", listMapKeys: ["ip"] }), {
    patchStrategy: "merge",
    patchMergeKey: "ip",
  }),
  ephemeralContainerStatuses: field(13, list(containerStatus, { listType: "atomic" })),
  resize: field(14, string),
  resourceClaimStatuses: field(15, list(podResourceClaimStatus, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge,retainKeys",
    patchMergeKey: "name",
  }),
  hostIPs: field(16, list(hostIP, { listType: "atomic" }), { patchStrategy: "merge", patchMergeKey: "ip" }),
  observedGeneration: field(17, int64),
  extendedResourceClaimStatus: field(18, podExtendedResourceClaimStatus),
  allocatedResources: field(19, map(quantity)),
  resources: field(20, resourceRequirements),
  nodeAllocatableResourceClaimStatuses: field(21, list(nodeAllocatableResourceClaimStatus, { listType: "atomic" })),
});
export interface PodStatus extends Infer<typeof podStatus> {}
