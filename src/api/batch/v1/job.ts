/** Job. */
import { podTemplateSpec } from "../../core/v1/pod-template.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, enumeration, field, int32, int64, kind, list, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const podFailurePolicyOnExitCodesOperator = enumeration("In", "NotIn");
export type PodFailurePolicyOnExitCodesOperator = Infer<typeof podFailurePolicyOnExitCodesOperator>;

export const podFailurePolicyOnExitCodesRequirement = message(
  "io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement",
  {
    containerName: field(1, string, { pointer: true }),
    operator: field(2, podFailurePolicyOnExitCodesOperator, { required: true }),
    values: field(3, list(int32, { listType: "set" }), { required: true }),
  },
);
export interface PodFailurePolicyOnExitCodesRequirement extends Infer<typeof podFailurePolicyOnExitCodesRequirement> {}

export const podFailurePolicyOnPodConditionsPattern = message(
  "io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern",
  {
    type: field(1, string, { required: true }),
    status: field(2, string, { always: true }),
  },
);
export interface PodFailurePolicyOnPodConditionsPattern extends Infer<typeof podFailurePolicyOnPodConditionsPattern> {}

export const podFailurePolicyAction = enumeration("Count", "FailIndex", "FailJob", "Ignore");
export type PodFailurePolicyAction = Infer<typeof podFailurePolicyAction>;

export const podFailurePolicyRule = message("io.k8s.api.batch.v1.PodFailurePolicyRule", {
  action: field(1, podFailurePolicyAction, { required: true }),
  onExitCodes: field(2, podFailurePolicyOnExitCodesRequirement),
  onPodConditions: field(3, list(podFailurePolicyOnPodConditionsPattern, { listType: "atomic" })),
});
export interface PodFailurePolicyRule extends Infer<typeof podFailurePolicyRule> {}

export const podFailurePolicy = message("io.k8s.api.batch.v1.PodFailurePolicy", {
  rules: field(1, list(podFailurePolicyRule, { listType: "atomic" }), { required: true }),
});
export interface PodFailurePolicy extends Infer<typeof podFailurePolicy> {}

export const successPolicyRule = message("io.k8s.api.batch.v1.SuccessPolicyRule", {
  succeededIndexes: field(1, string, { pointer: true }),
  succeededCount: field(2, int32, { pointer: true }),
});
export interface SuccessPolicyRule extends Infer<typeof successPolicyRule> {}

export const successPolicy = message("io.k8s.api.batch.v1.SuccessPolicy", {
  rules: field(1, list(successPolicyRule, { listType: "atomic" }), { required: true }),
});
export interface SuccessPolicy extends Infer<typeof successPolicy> {}

export const completionMode = enumeration("Indexed", "NonIndexed");
export type CompletionMode = Infer<typeof completionMode>;

export const podReplacementPolicy = enumeration("Failed", "TerminatingOrFailed");
export type PodReplacementPolicy = Infer<typeof podReplacementPolicy>;

export const jobSpec = message("io.k8s.api.batch.v1.JobSpec", {
  parallelism: field(1, int32, { pointer: true }),
  completions: field(2, int32, { pointer: true }),
  activeDeadlineSeconds: field(3, int64, { pointer: true }),
  selector: field(4, labelSelector),
  manualSelector: field(5, boolean, { pointer: true }),
  template: field(6, podTemplateSpec, { required: true }),
  backoffLimit: field(7, int32, { pointer: true }),
  ttlSecondsAfterFinished: field(8, int32, { pointer: true }),
  completionMode: field(9, completionMode, { pointer: true }),
  suspend: field(10, boolean, { pointer: true }),
  podFailurePolicy: field(11, podFailurePolicy),
  backoffLimitPerIndex: field(12, int32, { pointer: true }),
  maxFailedIndexes: field(13, int32, { pointer: true }),
  podReplacementPolicy: field(14, podReplacementPolicy, { pointer: true }),
  managedBy: field(15, string, { pointer: true }),
  successPolicy: field(16, successPolicy),
});
export interface JobSpec extends Infer<typeof jobSpec> {}

export const jobCondition = message("io.k8s.api.batch.v1.JobCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  lastProbeTime: field(3, time, { always: true }),
  lastTransitionTime: field(4, time, { always: true }),
  reason: field(5, string),
  message: field(6, string),
});
export interface JobCondition extends Infer<typeof jobCondition> {}

export const uncountedTerminatedPods = message("io.k8s.api.batch.v1.UncountedTerminatedPods", {
  succeeded: field(1, list(string, { listType: "set" })),
  failed: field(2, list(string, { listType: "set" })),
});
export interface UncountedTerminatedPods extends Infer<typeof uncountedTerminatedPods> {}

export const jobStatus = message("io.k8s.api.batch.v1.JobStatus", {
  conditions: field(1, list(jobCondition, { listType: "atomic" }), { patchStrategy: "merge", patchMergeKey: "type" }),
  startTime: field(2, time),
  completionTime: field(3, time),
  active: field(4, int32),
  succeeded: field(5, int32),
  failed: field(6, int32),
  completedIndexes: field(7, string),
  uncountedTerminatedPods: field(8, uncountedTerminatedPods),
  ready: field(9, int32, { pointer: true }),
  failedIndexes: field(10, string, { pointer: true }),
  terminating: field(11, int32, { pointer: true }),
});
export interface JobStatus extends Infer<typeof jobStatus> {}

export const job = kind("io.k8s.api.batch.v1.Job", "batch/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, jobSpec, { always: true }),
  status: field(3, jobStatus, { always: true }),
});
export interface Job extends Infer<typeof job> {}

export const jobList = listKind("io.k8s.api.batch.v1.JobList", job);
export interface JobList extends Infer<typeof jobList> {}
