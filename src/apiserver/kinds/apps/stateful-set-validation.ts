import type { appsv1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { nonNegative, notMoreThan100Percent, positiveIntOrPercent, sameJson } from "../../validation/rules.ts";
import { isZero, strategyText } from "./deployment-validation.ts";
import { validateCounts } from "./status-validation.ts";
import { validateSelector, validateTemplate } from "./workload-validation.ts";

const path = field("spec");

export function validateStatefulSet({ spec }: appsv1.StatefulSet): FieldError[] {
  const of = { selector: spec.selector, template: spec.template, word: "statefulset", deadlineWord: "StatefulSet" };
  return [
    ...validatePodManagement(spec.podManagementPolicy, path.child("podManagementPolicy")),
    ...validateStrategy(spec.updateStrategy, path.child("updateStrategy")),
    ...validateRetention(spec.persistentVolumeClaimRetentionPolicy, path.child("persistentVolumeClaimRetentionPolicy")),
    ...nonNegative(spec.replicas, path.child("replicas")),
    ...nonNegative(spec.minReadySeconds, path.child("minReadySeconds")),
    ...nonNegative(spec.ordinals?.start, path.child("ordinals.start")),
    ...validateSelector(of, path.child("selector")),
    ...validateTemplate(of, path.child("template")),
  ];
}

function validatePodManagement(policy: string | undefined, at: FieldPath): FieldError[] {
  if (!policy) return [required(at)];
  return policy === "OrderedReady" || policy === "Parallel"
    ? []
    : [invalid(at, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function validateStrategy(strategy: appsv1.StatefulSetUpdateStrategy | undefined, at: FieldPath): FieldError[] {
  const rolling = strategy?.rollingUpdate;
  if (!strategy?.type) return [required(at)];
  if (strategy.type === "OnDelete") {
    if (!rolling) return [];
    return [invalid(at.child("rollingUpdate"), rolling, "only allowed for updateStrategy 'RollingUpdate'")];
  }
  if (strategy.type !== "RollingUpdate")
    return [invalid(at, strategyText(strategy), "must be 'RollingUpdate' or 'OnDelete'")];
  if (!rolling) return [];
  const errors = nonNegative(rolling.partition, at.child("rollingUpdate", "partition"));
  if (rolling.maxUnavailable === undefined) return errors;
  const unavailable = at.child("rollingUpdate", "maxUnavailable");
  errors.push(...positiveIntOrPercent(rolling.maxUnavailable, unavailable));
  if (isZero(rolling.maxUnavailable)) errors.push(invalid(unavailable, rolling.maxUnavailable, "cannot be 0"));
  return [...errors, ...notMoreThan100Percent(rolling.maxUnavailable, unavailable)];
}

function validateRetention(
  policy: appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy | undefined,
  at: FieldPath,
): FieldError[] {
  return (["whenDeleted", "whenScaled"] as const).flatMap((key) => {
    const value = policy?.[key];
    if (!policy || value === "Retain" || value === "Delete") return [];
    return [notSupported(at.child(key), value ?? "", ["Retain", "Delete"])];
  });
}

const changeableText =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

export function validateStatefulSetUpdate(
  object: appsv1.StatefulSet,
  old: appsv1.StatefulSet,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status")
    return validateCounts(object.status, ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"]);
  const errors = validateStatefulSet(object);
  if (!sameJson(fixed(object.spec), fixed(old.spec))) errors.push(forbidden(path, changeableText));
  return errors;
}

function fixed({ selector, serviceName, podManagementPolicy, volumeClaimTemplates }: appsv1.StatefulSetSpec): unknown {
  const claims = volumeClaimTemplates?.map(({ metadata, spec }) => ({
    name: metadata?.name,
    labels: metadata?.labels,
    spec,
  }));
  return { selector, serviceName: serviceName ?? "", podManagementPolicy, claims };
}
