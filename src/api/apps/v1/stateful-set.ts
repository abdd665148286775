/** StatefulSet. */
import { persistentVolumeClaim } from "../../core/v1/persistent-volume-claim.ts";
import { podTemplateSpec } from "../../core/v1/pod-template.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
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

export const rollingUpdateStatefulSetStrategy = message("io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy", {
  partition: field(1, int32, { pointer: true }),
  maxUnavailable: field(2, intOrString),
});
export interface RollingUpdateStatefulSetStrategy extends Infer<typeof rollingUpdateStatefulSetStrategy> {}

export const statefulSetOrdinals = message("io.k8s.api.apps.v1.StatefulSetOrdinals", {
  start: field(1, int32, { always: true, default: 0 }),
});
export interface StatefulSetOrdinals extends Infer<typeof statefulSetOrdinals> {}

export const statefulSetPersistentVolumeClaimRetentionPolicy = message(
  "io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy",
  {
    whenDeleted: field(1, string),
    whenScaled: field(2, string),
  },
);
export interface StatefulSetPersistentVolumeClaimRetentionPolicy
  extends Infer<typeof statefulSetPersistentVolumeClaimRetentionPolicy> {}

export const statefulSetUpdateStrategyType = enumeration("OnDelete", "RollingUpdate");
export type StatefulSetUpdateStrategyType = Infer<typeof statefulSetUpdateStrategyType>;

export const statefulSetUpdateStrategy = message("io.k8s.api.apps.v1.StatefulSetUpdateStrategy", {
  type: field(1, statefulSetUpdateStrategyType),
  rollingUpdate: field(2, rollingUpdateStatefulSetStrategy),
});
export interface StatefulSetUpdateStrategy extends Infer<typeof statefulSetUpdateStrategy> {}

export const podManagementPolicyType = enumeration("OrderedReady", "Parallel");
export type PodManagementPolicyType = Infer<typeof podManagementPolicyType>;

export const statefulSetSpec = message("io.k8s.api.apps.v1.StatefulSetSpec", {
  replicas: field(1, int32, { pointer: true }),
  selector: field(2, labelSelector, { required: true, pointer: true }),
  template: field(3, podTemplateSpec, { required: true }),
  volumeClaimTemplates: field(4, list(persistentVolumeClaim, { listType: "atomic" })),
  serviceName: field(5, string, { always: true }),
  podManagementPolicy: field(6, podManagementPolicyType),
  updateStrategy: field(7, statefulSetUpdateStrategy, { always: true }),
  revisionHistoryLimit: field(8, int32, { pointer: true }),
  minReadySeconds: field(9, int32),
  persistentVolumeClaimRetentionPolicy: field(10, statefulSetPersistentVolumeClaimRetentionPolicy),
  ordinals: field(11, statefulSetOrdinals),
});
export interface StatefulSetSpec extends Infer<typeof statefulSetSpec> {}

export const statefulSetCondition = message("io.k8s.api.apps.v1.StatefulSetCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  lastTransitionTime: field(3, time, { always: true }),
  reason: field(4, string),
  message: field(5, string),
});
export interface StatefulSetCondition extends Infer<typeof statefulSetCondition> {}

export const statefulSetStatus = message("io.k8s.api.apps.v1.StatefulSetStatus", {
  observedGeneration: field(1, int64),
  replicas: field(2, int32, { required: true, default: 0 }),
  readyReplicas: field(3, int32),
  currentReplicas: field(4, int32),
  updatedReplicas: field(5, int32),
  currentRevision: field(6, string),
  updateRevision: field(7, string),
  collisionCount: field(9, int32, { pointer: true }),
  conditions: field(10, list(statefulSetCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
  availableReplicas: field(11, int32, { always: true, default: 0 }),
});
export interface StatefulSetStatus extends Infer<typeof statefulSetStatus> {}

export const statefulSet = kind("io.k8s.api.apps.v1.StatefulSet", "apps/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, statefulSetSpec, { always: true }),
  status: field(3, statefulSetStatus, { always: true }),
});
export interface StatefulSet extends Infer<typeof statefulSet> {}

export const statefulSetList = listKind("io.k8s.api.apps.v1.StatefulSetList", statefulSet);
export interface StatefulSetList extends Infer<typeof statefulSetList> {}
