import { type corev1, getKey, resources } from "../../../api/mod.ts";
import { timestamp } from "../../registry/operation.ts";
import type { RequestContext, Strategy } from "../../registry/strategy.ts";
import { setAppArmorFields } from "./app-armor-annotations.ts";
import { dropDisabledPodFields } from "./disabled-features.ts";
import { qualityOfService } from "./pod-quality.ts";
import { podColumns, podRowConditions } from "./pod-table.ts";
import { validatePodUpdate } from "./pod-update-validation.ts";
import { validatePod } from "./pod-validation.ts";
import { podWarnings } from "./pod-warnings.ts";

export const pod: Strategy<corev1.Pod> = {
  resource: resources.pods,
  hasStatus: true,
  bumpsGeneration: true,
  columns: podColumns,
  rowConditions: podRowConditions,
  selectableFields: {
    "spec.nodeName": (object) => object.spec.nodeName ?? "",
    "spec.restartPolicy": (object) => object.spec.restartPolicy ?? "",
    "spec.schedulerName": (object) => object.spec.schedulerName ?? "",
    "spec.serviceAccountName": (object) => object.spec.serviceAccountName ?? "",
    "spec.hostNetwork": (object) => String(object.spec.hostNetwork ?? false),
    "status.phase": (object) => object.status?.phase ?? "",
    "status.podIP": (object) => object.status?.podIP ?? "",
    "status.podIPs": (object) => object.status?.podIPs?.[0]?.ip ?? "",
    "status.nominatedNodeName": (object) => object.status?.nominatedNodeName ?? "",
  },
  returnsDeletedObject: true,
  prepareForCreate,
  prepareForUpdate,
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  warnings: podWarnings,
  gracePeriodSeconds,
};

function prepareForCreate(object: corev1.Pod, context: RequestContext): void {
  dropDisabledPodFields(object.spec);
  object.status = { phase: "Pending", qosClass: qualityOfService(object) };
  if ((object.spec.terminationGracePeriodSeconds ?? 0) < 0) object.spec.terminationGracePeriodSeconds = 1;
  if (object.spec.schedulingGates?.length)
    object.status.conditions = [
      {
        type: "PodScheduled",
        status: "False",
        lastTransitionTime: timestamp(context.now),
        reason: "SchedulingGated",
        message: "Scheduling is blocked due to non-empty scheduling gates",
      },
    ];
  if (object.spec.affinity) addMatchLabelKeys(object.spec.affinity, object.metadata.labels);
  for (const warning of setAppArmorFields(object)) context.warn?.(warning);
}

function prepareForUpdate(object: corev1.Pod, old: corev1.Pod, context: RequestContext): void {
  // Subresources keep the stored specification, or parts of it, which do not change.
  if (!context.subresource && object.spec !== old.spec) dropDisabledPodFields(object.spec);
  if (context.subresource !== "status" || !object.status || object.status === old.status) return;
  const { status } = object;
  if (old.status?.qosClass) status.qosClass ??= old.status.qosClass;
  alignAddresses(status);
}

/** The single addresses and the lists of addresses say the same. */
function alignAddresses(status: corev1.PodStatus): void {
  if (status.hostIPs?.[0] && !status.hostIP) status.hostIP = status.hostIPs[0].ip;
}

/** KEP-3633: keys of the pod's own labels become part of the terms' selectors when the pod is made. */
function addMatchLabelKeys(
  { podAffinity, podAntiAffinity }: corev1.Affinity,
  labels: Readonly<Record<string, string>> = {},
): void {
  for (const affinity of [podAffinity, podAntiAffinity]) {
    const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const terms = [
      ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...preferred.map((weighted) => weighted.podAffinityTerm),
    ];
    for (const term of terms) {
      addRequirements(term, term.matchLabelKeys, "In", labels);
      addRequirements(term, term.mismatchLabelKeys, "NotIn", labels);
    }
  }
}

function addRequirements(
  term: corev1.PodAffinityTerm,
  keys: readonly string[] | undefined,
  operator: "In" | "NotIn",
  labels: Readonly<Record<string, string>>,
): void {
  if (!term.labelSelector) return;
  const added = (keys ?? []).flatMap((key) => {
    const value = getKey(labels, key);
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
  if (added.length > 0)
    term.labelSelector.matchExpressions = [...(term.labelSelector.matchExpressions ?? []), ...added];
}

/** A pod that no node runs, or that has ended, goes at once. */
function gracePeriodSeconds({ spec, status }: corev1.Pod, requested: number | undefined): number {
  if (!spec.nodeName || status?.phase === "Failed" || status?.phase === "Succeeded") return 0;
  const period = requested ?? spec.terminationGracePeriodSeconds ?? 30;
  return period < 0 ? 1 : period;
}
