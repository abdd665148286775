/** Deployment. */
import { podTemplateSpec } from "../../core/v1/pod-template.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  boolean,
  enumeration,
  field,
  int32,
  int64,
  intOrString,
  kind,
  list,
  message,
  string,
  time,
} from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const rollingUpdateDeployment = message("io.k8s.api.apps.v1.RollingUpdateDeployment", {
  maxUnavailable: field(1, intOrString),
  maxSurge: field(2, intOrString),
});
export interface RollingUpdateDeployment extends Infer<typeof rollingUpdateDeployment> {}

export const deploymentStrategyType = enumeration("Recreate", "RollingUpdate");
export type DeploymentStrategyType = Infer<typeof deploymentStrategyType>;

export const deploymentStrategy = message("io.k8s.api.apps.v1.DeploymentStrategy", {
  type: field(1, deploymentStrategyType),
  rollingUpdate: field(2, rollingUpdateDeployment),
});
export interface DeploymentStrategy extends Infer<typeof deploymentStrategy> {}

export const deploymentSpec = message("io.k8s.api.apps.v1.DeploymentSpec", {
  replicas: field(1, int32, { pointer: true }),
  selector: field(2, labelSelector, { required: true, pointer: true }),
  template: field(3, podTemplateSpec, { required: true }),
  strategy: field(4, deploymentStrategy, { always: true, patchStrategy: "retainKeys" }),
  minReadySeconds: field(5, int32),
  revisionHistoryLimit: field(6, int32, { pointer: true }),
  paused: field(7, boolean),
  progressDeadlineSeconds: field(9, int32, { pointer: true }),
});
export interface DeploymentSpec extends Infer<typeof deploymentSpec> {}

export const deploymentCondition = message("io.k8s.api.apps.v1.DeploymentCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  reason: field(4, string),
  message: field(5, string),
  lastUpdateTime: field(6, time, { always: true }),
  lastTransitionTime: field(7, time, { always: true }),
});
export interface DeploymentCondition extends Infer<typeof deploymentCondition> {}

export const deploymentStatus = message("io.k8s.api.apps.v1.DeploymentStatus", {
  observedGeneration: field(1, int64),
  replicas: field(2, int32),
  updatedReplicas: field(3, int32),
  availableReplicas: field(4, int32),
  unavailableReplicas: field(5, int32),
  conditions: field(6, list(deploymentCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
  readyReplicas: field(7, int32),
  collisionCount: field(8, int32, { pointer: true }),
  terminatingReplicas: field(9, int32, { pointer: true }),
});
export interface DeploymentStatus extends Infer<typeof deploymentStatus> {}

export const deployment = kind("io.k8s.api.apps.v1.Deployment", "apps/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, deploymentSpec, { always: true }),
  status: field(3, deploymentStatus, { always: true }),
});
export interface Deployment extends Infer<typeof deployment> {}

export const deploymentList = listKind("io.k8s.api.apps.v1.DeploymentList", deployment);
export interface DeploymentList extends Infer<typeof deploymentList> {}
