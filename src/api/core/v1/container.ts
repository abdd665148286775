/** Containers of a pod: plain, init and ephemeral. */
import {
  boolean,
  enumeration,
  field,
  inline,
  int32,
  list,
  map,
  message,
  quantity,
  string,
} from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { protocol } from "./enums.ts";
import { lifecycle, probe } from "./probe.ts";
import {
  configMapKeySelector,
  fileKeySelector,
  localObjectReference,
  objectFieldSelector,
  resourceFieldSelector,
  secretKeySelector,
} from "./references.ts";
import { securityContext } from "./security-context.ts";
import { pullPolicy, volumeDevice, volumeMount } from "./volume.ts";

export const configMapEnvSource = message("io.k8s.api.core.v1.ConfigMapEnvSource", {
  localObjectReference: inline(1, localObjectReference),
  optional: field(2, boolean, { pointer: true }),
});
export interface ConfigMapEnvSource extends Infer<typeof configMapEnvSource> {}

export const containerPort = message("io.k8s.api.core.v1.ContainerPort", {
  name: field(1, string),
  hostPort: field(2, int32),
  containerPort: field(3, int32, { required: true, default: 0 }),
  protocol: field(4, protocol, { default: "TCP" }),
  hostIP: field(5, string),
});
export interface ContainerPort extends Infer<typeof containerPort> {}

export const containerResizePolicy = message("io.k8s.api.core.v1.ContainerResizePolicy", {
  resourceName: field(1, string, { required: true }),
  restartPolicy: field(2, string, { required: true }),
});
export interface ContainerResizePolicy extends Infer<typeof containerResizePolicy> {}

export const containerRestartRuleOnExitCodes = message("io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes", {
  operator: field(1, string, { required: true, always: false }),
  values: field(2, list(int32, { listType: "set" })),
});
export interface ContainerRestartRuleOnExitCodes extends Infer<typeof containerRestartRuleOnExitCodes> {}

export const containerRestartRule = message("io.k8s.api.core.v1.ContainerRestartRule", {
  action: field(1, string, { required: true, always: false }),
  exitCodes: field(2, containerRestartRuleOnExitCodes),
});
export interface ContainerRestartRule extends Infer<typeof containerRestartRule> {}

export const secretEnvSource = message("io.k8s.api.core.v1.SecretEnvSource", {
  localObjectReference: inline(1, localObjectReference),
  optional: field(2, boolean, { pointer: true }),
});
export interface SecretEnvSource extends Infer<typeof secretEnvSource> {}

export const envFromSource = message("io.k8s.api.core.v1.EnvFromSource", {
  prefix: field(1, string),
  configMapRef: field(2, configMapEnvSource),
  secretRef: field(3, secretEnvSource),
});
export interface EnvFromSource extends Infer<typeof envFromSource> {}

export const envVarSource = message("io.k8s.api.core.v1.EnvVarSource", {
  fieldRef: field(1, objectFieldSelector),
  resourceFieldRef: field(2, resourceFieldSelector),
  configMapKeyRef: field(3, configMapKeySelector),
  secretKeyRef: field(4, secretKeySelector),
  fileKeyRef: field(5, fileKeySelector),
});
export interface EnvVarSource extends Infer<typeof envVarSource> {}

export const envVar = message("io.k8s.api.core.v1.EnvVar", {
  name: field(1, string, { required: true }),
  value: field(2, string),
  valueFrom: field(3, envVarSource),
});
export interface EnvVar extends Infer<typeof envVar> {}

export const resourceClaim = message("io.k8s.api.core.v1.ResourceClaim", {
  name: field(1, string, { required: true }),
  request: field(2, string),
});
export interface ResourceClaim extends Infer<typeof resourceClaim> {}

export const resourceRequirements = message("io.k8s.api.core.v1.ResourceRequirements", {
  limits: field(1, map(quantity)),
  requests: field(2, map(quantity)),
  claims: field(3, list(resourceClaim, { listType: "map", listMapKeys: ["name"] })),
});
export interface ResourceRequirements extends Infer<typeof resourceRequirements> {}

export const terminationMessagePolicy = enumeration("FallbackToLogsOnError", "File");
export type TerminationMessagePolicy = Infer<typeof terminationMessagePolicy>;

export const container = message("io.k8s.api.core.v1.Container", {
  name: field(1, string, { required: true }),
  image: field(2, string),
  command: field(3, list(string, { listType: "atomic" })),
  args: field(4, list(string, { listType: "atomic" })),
  workingDir: field(5, string),
  ports: field(6, list(containerPort, { listType: "map", listMapKeys: ["containerPort", "protocol"] }), {
    patchStrategy: "merge",
    patchMergeKey: "containerPort",
  }),
  envFrom: field(19, list(envFromSource, { listType: "atomic" })),
  env: field(7, list(envVar, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
  resources: field(8, resourceRequirements, { always: true }),
  resizePolicy: field(23, list(containerResizePolicy, { listType: "atomic" })),
  restartPolicy: field(24, string, { pointer: true }),
  restartPolicyRules: field(25, list(containerRestartRule, { listType: "atomic" })),
  volumeMounts: field(9, list(volumeMount, { listType: "map", listMapKeys: ["mountPath"] }), {
    patchStrategy: "merge",
    patchMergeKey: "mountPath",
  }),
  volumeDevices: field(21, list(volumeDevice, { listType: "map", listMapKeys: ["devicePath"] }), {
    patchStrategy: "merge",
    patchMergeKey: "devicePath",
  }),
  livenessProbe: field(10, probe),
  readinessProbe: field(11, probe),
  startupProbe: field(22, probe),
  lifecycle: field(12, lifecycle),
  terminationMessagePath: field(13, string),
  terminationMessagePolicy: field(20, terminationMessagePolicy),
  imagePullPolicy: field(14, pullPolicy),
  securityContext: field(15, securityContext),
  stdin: field(16, boolean),
  stdinOnce: field(17, boolean),
  tty: field(18, boolean),
});
export interface Container extends Infer<typeof container> {}

export const ephemeralContainerCommon = message("io.k8s.api.core.v1.EphemeralContainerCommon", {
  name: field(1, string, { required: true }),
  image: field(2, string),
  command: field(3, list(string, { listType: "atomic" })),
  args: field(4, list(string, { listType: "atomic" })),
  workingDir: field(5, string),
  ports: field(6, list(containerPort, { listType: "map", listMapKeys: ["containerPort", "protocol"] }), {
    patchStrategy: "merge",
    patchMergeKey: "containerPort",
  }),
  envFrom: field(19, list(envFromSource, { listType: "atomic" })),
  env: field(7, list(envVar, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
  resources: field(8, resourceRequirements, { always: true }),
  resizePolicy: field(23, list(containerResizePolicy, { listType: "atomic" })),
  restartPolicy: field(24, string, { pointer: true }),
  restartPolicyRules: field(25, list(containerRestartRule, { listType: "atomic" })),
  volumeMounts: field(9, list(volumeMount, { listType: "map", listMapKeys: ["mountPath"] }), {
    patchStrategy: "merge",
    patchMergeKey: "mountPath",
  }),
  volumeDevices: field(21, list(volumeDevice, { listType: "map", listMapKeys: ["devicePath"] }), {
    patchStrategy: "merge",
    patchMergeKey: "devicePath",
  }),
  livenessProbe: field(10, probe),
  readinessProbe: field(11, probe),
  startupProbe: field(22, probe),
  lifecycle: field(12, lifecycle),
  terminationMessagePath: field(13, string),
  terminationMessagePolicy: field(20, terminationMessagePolicy),
  imagePullPolicy: field(14, pullPolicy),
  securityContext: field(15, securityContext),
  stdin: field(16, boolean),
  stdinOnce: field(17, boolean),
  tty: field(18, boolean),
});
export interface EphemeralContainerCommon extends Infer<typeof ephemeralContainerCommon> {}

export const ephemeralContainer = message("io.k8s.api.core.v1.EphemeralContainer", {
  ephemeralContainerCommon: inline(1, ephemeralContainerCommon),
  targetContainerName: field(2, string),
});
export interface EphemeralContainer extends Infer<typeof ephemeralContainer> {}
