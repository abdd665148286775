/** DaemonSet. */
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

export const rollingUpdateDaemonSet = message("io.k8s.api.apps.v1.RollingUpdateDaemonSet", {
  maxUnavailable: field(1, intOrString),
  maxSurge: field(2, intOrString),
});
export interface RollingUpdateDaemonSet extends Infer<typeof rollingUpdateDaemonSet> {}

export const daemonSetUpdateStrategyType = enumeration("OnDelete", "RollingUpdate");
export type DaemonSetUpdateStrategyType = Infer<typeof daemonSetUpdateStrategyType>;

export const daemonSetUpdateStrategy = message("io.k8s.api.apps.v1.DaemonSetUpdateStrategy", {
  type: field(1, daemonSetUpdateStrategyType),
  rollingUpdate: field(2, rollingUpdateDaemonSet),
});
export interface DaemonSetUpdateStrategy extends Infer<typeof daemonSetUpdateStrategy> {}

export const daemonSetSpec = message("io.k8s.api.apps.v1.DaemonSetSpec", {
  selector: field(1, labelSelector, { required: true, pointer: true }),
  template: field(2, podTemplateSpec, { required: true }),
  updateStrategy: field(3, daemonSetUpdateStrategy, { always: true }),
  minReadySeconds: field(4, int32),
  revisionHistoryLimit: field(6, int32, { pointer: true }),
});
export interface DaemonSetSpec extends Infer<typeof daemonSetSpec> {}

export const daemonSetCondition = message("io.k8s.api.apps.v1.DaemonSetCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  lastTransitionTime: field(3, time, { always: true }),
  reason: field(4, string),
  message: field(5, string),
});
export interface DaemonSetCondition extends Infer<typeof daemonSetCondition> {}

export const daemonSetStatus = message("io.k8s.api.apps.v1.DaemonSetStatus", {
  currentNumberScheduled: field(1, int32, { required: true, default: 0 }),
  numberMisscheduled: field(2, int32, { required: true, default: 0 }),
  desiredNumberScheduled: field(3, int32, { required: true, default: 0 }),
  numberReady: field(4, int32, { required: true, default: 0 }),
  observedGeneration: field(5, int64),
  updatedNumberScheduled: field(6, int32),
  numberAvailable: field(7, int32),
  numberUnavailable: field(8, int32),
  collisionCount: field(9, int32, { pointer: true }),
  conditions: field(10, list(daemonSetCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
});
export interface DaemonSetStatus extends Infer<typeof daemonSetStatus> {}

export const daemonSet = kind("io.k8s.api.apps.v1.DaemonSet", "apps/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, daemonSetSpec, { always: true }),
  status: field(3, daemonSetStatus, { always: true }),
});
export interface DaemonSet extends Infer<typeof daemonSet> {}

export const daemonSetList = listKind("io.k8s.api.apps.v1.DaemonSetList", daemonSet);
export interface DaemonSetList extends Infer<typeof daemonSetList> {}
