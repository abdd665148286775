/** What became of a container. */
import { boolean, field, int32, int64, list, map, message, quantity, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { resourceRequirements } from "./container.ts";
import { signal } from "./probe.ts";

export const containerStateRunning = message("io.k8s.api.core.v1.ContainerStateRunning", {
  startedAt: field(1, time, { always: true }),
});
export interface ContainerStateRunning extends Infer<typeof containerStateRunning> {}

export const containerStateTerminated = message("io.k8s.api.core.v1.ContainerStateTerminated", {
  exitCode: field(1, int32, { required: true, default: 0 }),
  signal: field(2, int32),
  reason: field(3, string),
  message: field(4, string),
  startedAt: field(5, time, { always: true }),
  finishedAt: field(6, time, { always: true }),
  containerID: field(7, string),
});
export interface ContainerStateTerminated extends Infer<typeof containerStateTerminated> {}

export const containerStateWaiting = message("io.k8s.api.core.v1.ContainerStateWaiting", {
  reason: field(1, string),
  message: field(2, string),
});
export interface ContainerStateWaiting extends Infer<typeof containerStateWaiting> {}

export const containerState = message("io.k8s.api.core.v1.ContainerState", {
  waiting: field(1, containerStateWaiting),
  running: field(2, containerStateRunning),
  terminated: field(3, containerStateTerminated),
});
export interface ContainerState extends Infer<typeof containerState> {}

export const linuxContainerUser = message("io.k8s.api.core.v1.LinuxContainerUser", {
  uid: field(1, int64, { required: true, default: 0 }),
  gid: field(2, int64, { required: true, default: 0 }),
  supplementalGroups: field(3, list(int64, { listType: "atomic" })),
});
export interface LinuxContainerUser extends Infer<typeof linuxContainerUser> {}

export const containerUser = message("io.k8s.api.core.v1.ContainerUser", {
  linux: field(1, linuxContainerUser),
});
export interface ContainerUser extends Infer<typeof containerUser> {}

export const resourceHealth = message("io.k8s.api.core.v1.ResourceHealth", {
  resourceID: field(1, string, { required: true }),
  health: field(2, string),
  message: field(6, string, { pointer: true }),
});
export interface ResourceHealth extends Infer<typeof resourceHealth> {}

export const resourceStatus = message("io.k8s.api.core.v1.ResourceStatus", {
  name: field(1, string, { required: true }),
  resources: field(2, list(resourceHealth, { listType: "map", listMapKeys: ["resourceID"] })),
});
export interface ResourceStatus extends Infer<typeof resourceStatus> {}

export const imageVolumeStatus = message("io.k8s.api.core.v1.ImageVolumeStatus", {
  imageRef: field(1, string, { required: true, always: false }),
});
export interface ImageVolumeStatus extends Infer<typeof imageVolumeStatus> {}

export const volumeStatus = message("io.k8s.api.core.v1.VolumeStatus", {
  image: field(1, imageVolumeStatus),
});
export interface VolumeStatus extends Infer<typeof volumeStatus> {}

export const volumeMountStatus = message("io.k8s.api.core.v1.VolumeMountStatus", {
  name: field(1, string, { required: true }),
  mountPath: field(2, string, { required: true }),
  readOnly: field(3, boolean),
  recursiveReadOnly: field(4, string, { pointer: true }),
  volumeStatus: field(5, volumeStatus),
});
export interface VolumeMountStatus extends Infer<typeof volumeMountStatus> {}

export const containerStatus = message("io.k8s.api.core.v1.ContainerStatus", {
  name: field(1, string, { required: true }),
  state: field(2, containerState, { always: true }),
  lastState: field(3, containerState, { always: true }),
  ready: field(4, boolean, { required: true, default: false }),
  restartCount: field(5, int32, { required: true, default: 0 }),
  image: field(6, string, { required: true }),
  imageID: field(7, string, { required: true }),
  containerID: field(8, string),
  started: field(9, boolean, { pointer: true }),
  allocatedResources: field(10, map(quantity)),
  resources: field(11, resourceRequirements),
  volumeMounts: field(12, list(volumeMountStatus, { listType: "map", listMapKeys: ["mountPath"] }), {
    patchStrategy: "merge",
    patchMergeKey: "mountPath",
  }),
  user: field(13, containerUser),
  allocatedResourcesStatus: field(14, list(resourceStatus, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
  stopSignal: field(15, signal, { pointer: true }),
});
export interface ContainerStatus extends Infer<typeof containerStatus> {}
