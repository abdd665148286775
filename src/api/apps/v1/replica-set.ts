/** ReplicaSet. */
import { podTemplateSpec } from "../../core/v1/pod-template.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, int32, int64, kind, list, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const replicaSetSpec = message("io.k8s.api.apps.v1.ReplicaSetSpec", {
  replicas: field(1, int32, { pointer: true }),
  selector: field(2, labelSelector, { required: true, pointer: true }),
  template: field(3, podTemplateSpec, { always: true }),
  minReadySeconds: field(4, int32),
});
export interface ReplicaSetSpec extends Infer<typeof replicaSetSpec> {}

export const replicaSetCondition = message("io.k8s.api.apps.v1.ReplicaSetCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  lastTransitionTime: field(3, time, { always: true }),
  reason: field(4, string),
  message: field(5, string),
});
export interface ReplicaSetCondition extends Infer<typeof replicaSetCondition> {}

export const replicaSetStatus = message("io.k8s.api.apps.v1.ReplicaSetStatus", {
  replicas: field(1, int32, { required: true, default: 0 }),
  fullyLabeledReplicas: field(2, int32),
  observedGeneration: field(3, int64),
  readyReplicas: field(4, int32),
  availableReplicas: field(5, int32),
  conditions: field(6, list(replicaSetCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
  terminatingReplicas: field(7, int32, { pointer: true }),
});
export interface ReplicaSetStatus extends Infer<typeof replicaSetStatus> {}

export const replicaSet = kind("io.k8s.api.apps.v1.ReplicaSet", "apps/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, replicaSetSpec, { always: true }),
  status: field(3, replicaSetStatus, { always: true }),
});
export interface ReplicaSet extends Infer<typeof replicaSet> {}

export const replicaSetList = listKind("io.k8s.api.apps.v1.ReplicaSetList", replicaSet);
export interface ReplicaSetList extends Infer<typeof replicaSetList> {}
