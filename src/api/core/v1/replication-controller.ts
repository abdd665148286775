/** ReplicationController. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, int32, int64, kind, list, map, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { podTemplateSpec } from "./pod-template.ts";

export const replicationControllerSpec = message("io.k8s.api.core.v1.ReplicationControllerSpec", {
  replicas: field(1, int32, { pointer: true, default: 1 }),
  selector: field(2, map(string), { mapType: "atomic" }),
  template: field(3, podTemplateSpec),
  minReadySeconds: field(4, int32, { default: 0 }),
});
export interface ReplicationControllerSpec extends Infer<typeof replicationControllerSpec> {}

export const replicationControllerCondition = message("io.k8s.api.core.v1.ReplicationControllerCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  lastTransitionTime: field(3, time, { always: true }),
  reason: field(4, string),
  message: field(5, string),
});
export interface ReplicationControllerCondition extends Infer<typeof replicationControllerCondition> {}

export const replicationControllerStatus = message("io.k8s.api.core.v1.ReplicationControllerStatus", {
  replicas: field(1, int32, { required: true, default: 0 }),
  fullyLabeledReplicas: field(2, int32),
  observedGeneration: field(3, int64),
  readyReplicas: field(4, int32),
  availableReplicas: field(5, int32),
  conditions: field(6, list(replicationControllerCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
});
export interface ReplicationControllerStatus extends Infer<typeof replicationControllerStatus> {}

export const replicationController = kind("io.k8s.api.core.v1.ReplicationController", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, replicationControllerSpec, { always: true }),
  status: field(3, replicationControllerStatus, { always: true }),
});
export interface ReplicationController extends Infer<typeof replicationController> {}

export const replicationControllerList = listKind(
  "io.k8s.api.core.v1.ReplicationControllerList",
  replicationController,
);
export interface ReplicationControllerList extends Infer<typeof replicationControllerList> {}
