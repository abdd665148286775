/** Defaults of what runs pods: apps, batch, autoscaling. */
import { type DaemonSetUpdateStrategy, daemonSet } from "../apps/v1/daemon-set.ts";
import { type DeploymentStrategy, deployment } from "../apps/v1/deployment.ts";
import { replicaSet } from "../apps/v1/replica-set.ts";
import { type StatefulSetUpdateStrategy, statefulSet } from "../apps/v1/stateful-set.ts";
import { horizontalPodAutoscaler as firstAutoscaler } from "../autoscaling/v1/horizontal-pod-autoscaler.ts";
import { type HPAScalingRules, horizontalPodAutoscaler } from "../autoscaling/v2/horizontal-pod-autoscaler.ts";
import { cronJob } from "../batch/v1/cron-job.ts";
import { type Job, job, podFailurePolicyOnPodConditionsPattern } from "../batch/v1/job.ts";
import { defaultsOf, defaultsOfPart } from "./rules.ts";

const historyLimit = 10;
const largestInt32 = 2 ** 31 - 1;

export const workloadDefaults = [
  defaultsOfPart(deployment, "spec", (spec) => {
    spec.replicas ??= 1;
    const strategy: DeploymentStrategy = { type: "RollingUpdate", ...spec.strategy };
    spec.strategy = strategy;
    if (strategy.type === "RollingUpdate") {
      strategy.rollingUpdate = { maxUnavailable: "25%", maxSurge: "25%", ...strategy.rollingUpdate };
    }
    spec.revisionHistoryLimit ??= historyLimit;
    spec.progressDeadlineSeconds ??= 600;
  }),
  defaultsOfPart(replicaSet, "spec", (spec) => {
    spec.replicas ??= 1;
  }),
  defaultsOf(daemonSet, ({ metadata }) => {
    // Old clients read there how often the template has changed.
    metadata.annotations = { "deprecated.daemonset.template.generation": "0", ...metadata.annotations };
  }),
  defaultsOfPart(daemonSet, "spec", (spec) => {
    const strategy: DaemonSetUpdateStrategy = { type: "RollingUpdate", ...spec.updateStrategy };
    spec.updateStrategy = strategy;
    if (strategy.type === "RollingUpdate") {
      strategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...strategy.rollingUpdate };
    } else if (strategy.rollingUpdate) strategy.rollingUpdate.maxSurge ??= 0;
    spec.revisionHistoryLimit ??= historyLimit;
  }),
  defaultsOfPart(statefulSet, "spec", (spec) => {
    spec.podManagementPolicy ??= "OrderedReady";
    const strategy: StatefulSetUpdateStrategy = spec.updateStrategy?.type
      ? spec.updateStrategy
      : { rollingUpdate: {}, ...spec.updateStrategy, type: "RollingUpdate" };
    spec.updateStrategy = strategy;
    if (strategy.type === "RollingUpdate" && strategy.rollingUpdate) strategy.rollingUpdate.partition ??= 0;
    const retention = { whenDeleted: "Retain", whenScaled: "Retain" };
    spec.persistentVolumeClaimRetentionPolicy = { ...retention, ...spec.persistentVolumeClaimRetentionPolicy };
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= historyLimit;
  }),
  defaultsOf(job, ({ metadata, spec }) => {
    const labels = spec.template.metadata?.labels;
    if (labels) metadata.labels ??= { ...labels };
  }),
  defaultsOfPart(job, "spec", setJob),
  defaultsOf(podFailurePolicyOnPodConditionsPattern, (pattern) => {
    pattern.status ||= "True";
  }),
  defaultsOfPart(cronJob, "spec", (spec) => {
    spec.concurrencyPolicy ??= "Allow";
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
  }),
  defaultsOfPart(firstAutoscaler, "spec", (spec, { metadata }) => {
    spec.minReplicas ??= 1;
    // Metrics that this version has no field for stand in an annotation.
    if (metadata.annotations?.["autoscaling.alpha.kubernetes.io/metrics"] === undefined)
      spec.targetCPUUtilizationPercentage ??= 80;
  }),
  defaultsOfPart(horizontalPodAutoscaler, "spec", (spec) => {
    spec.minReplicas ??= 1;
    spec.metrics ??= [
      { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
    ];
    if (!spec.behavior) return;
    spec.behavior.scaleUp = { ...scaleUp(), ...spec.behavior.scaleUp };
    spec.behavior.scaleDown = { ...scaleDown(), ...spec.behavior.scaleDown };
  }),
];

function setJob(spec: Job["spec"]): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : largestInt32;
  spec.completionMode ??= "NonIndexed";
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? "Failed" : "TerminatingOrFailed";
}

const scaleUp = (): HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ],
});

const scaleDown = (): HPAScalingRules => ({
  selectPolicy: "Max",
  policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
});
