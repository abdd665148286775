import { appsv1, type corev1, dns1123LabelProblems } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import {
  nonNegative,
  notMoreThan100Percent,
  optionalText,
  positiveIntOrPercent,
  sameJson,
} from "../../validation/rules.ts";
import { validateClaimSpec } from "../core/persistent-volume-claim-validation.ts";
import { isZero } from "./deployment-validation.ts";
import { neverLess, validateCounts } from "./status-validation.ts";
import { validateSelector, validateTemplate } from "./workload-validation.ts";

const path = field("spec");

function validateStatefulSet({ spec }: appsv1.StatefulSet): FieldError[] {
  const template = withClaims(spec);
  const of = { selector: spec.selector, template, word: "statefulset", deadlineWord: "StatefulSet" };
  return [
    ...validatePodManagement(spec.podManagementPolicy, path.child("podManagementPolicy")),
    ...validateStrategy(spec.updateStrategy, path.child("updateStrategy")),
    ...validateRetention(spec.persistentVolumeClaimRetentionPolicy, path.child("persistentVolumeClaimRetentionPolicy")),
    ...nonNegative(spec.replicas, path.child("replicas")),
    ...nonNegative(spec.minReadySeconds, path.child("minReadySeconds")),
    ...nonNegative(spec.ordinals?.start, path.child("ordinals.start")),
    ...validateSelector(of, path.child("selector")),
    ...validateTemplate(of, path.child("template")),
    ...optionalText(spec.serviceName, dns1123LabelProblems, path.child("serviceName")),
  ];
}

/** They cannot change, so they are judged once. */
export function validateNewStatefulSet(object: appsv1.StatefulSet): FieldError[] {
  const at = path.child("volumeClaimTemplates");
  const claims = (object.spec.volumeClaimTemplates ?? []).flatMap(({ spec }, position) =>
    validateClaimSpec(spec ?? {}, at.index(position).child("spec")),
  );
  return [...validateStatefulSet(object), ...claims];
}

/** The template as the pods will have it: with a volume for each claim. */
function withClaims({ template, volumeClaimTemplates }: appsv1.StatefulSetSpec): corev1.PodTemplateSpec {
  if (!volumeClaimTemplates?.length || !template?.spec) return template;
  const names = volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? "");
  const claimed = new Set(names);
  const volumes = [
    ...names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...(template.spec.volumes ?? []).filter(({ name }) => !claimed.has(name)),
  ];
  return { ...template, spec: { ...template.spec, volumes } };
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
    const printed = internalForm(appsv1.rollingUpdateStatefulSetStrategy, rolling);
    return [invalid(at.child("rollingUpdate"), printed, "only allowed for updateStrategy 'RollingUpdate'")];
  }
  if (strategy.type !== "RollingUpdate")
    return [
      invalid(at, internalForm(appsv1.statefulSetUpdateStrategy, strategy), "must be 'RollingUpdate' or 'OnDelete'"),
    ];
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
    return [
      ...validateCounts(object.status, {
        counts: [
          "replicas",
          "readyReplicas",
          "currentReplicas",
          "updatedReplicas",
          "availableReplicas",
          "observedGeneration",
          "collisionCount",
        ],
        parts: ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"],
        readyName: "status.readyReplicas",
      }),
      ...neverLess(object.status?.collisionCount, old.status?.collisionCount, field("status", "collisionCount")),
    ];
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
