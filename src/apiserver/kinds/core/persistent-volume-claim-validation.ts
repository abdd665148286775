import { corev1, dns1123SubdomainProblems, parseQuantity, type Quantity } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { positiveAmount, wholeAmount } from "../../validation/quantity-rules.ts";
import { immutableField, optionalText, presentWord, sameJson, validateLabelSelector } from "../../validation/rules.ts";
import { unifiedDiff } from "../../validation/text-diff.ts";

export const accessModes: readonly string[] = corev1.persistentVolumeAccessMode.enum;
export const volumeModes: readonly string[] = corev1.persistentVolumeMode.enum;

export function validateClaim(object: corev1.PersistentVolumeClaim): FieldError[] {
  return validateClaimSpec(object.spec, field("spec"));
}

export function validateClaimSpec(spec: corev1.PersistentVolumeClaimSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = spec.accessModes?.length
    ? []
    : [required(path.child("accessModes"), "at least 1 access mode is required")];
  validateLabelSelector(spec.selector, path.child("selector"), errors);
  errors.push(...validateAccessModes(spec.accessModes ?? [], path.child("accessModes")));
  const wanted = spec.resources?.requests?.["storage"];
  const at = path.child("resources").key("storage");
  errors.push(...(wanted === undefined ? [required(at)] : positiveAmount(wanted, at)));
  optionalText(spec.storageClassName, dns1123SubdomainProblems, path.child("storageClassName"), errors);
  presentWord(spec.volumeMode, volumeModes, path.child("volumeMode"), errors);
  for (const key of ["dataSource", "dataSourceRef"] as const) {
    const source = spec[key];
    if (!source) continue;
    for (const part of ["name", "kind"] as const) if (!source[part]) errors.push(required(path.child(key, part)));
    if (!source.apiGroup && source.kind && source.kind !== "PersistentVolumeClaim") {
      const text = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
      errors.push(invalid(path.child(key), source.kind, text));
    }
  }
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && dataSourceRef && !sameSource(dataSource, dataSourceRef))
    errors.push(invalid(path, {}, "must match dataSourceRef"));
  const attributes = spec.volumeAttributesClassName;
  optionalText(attributes, dns1123SubdomainProblems, path.child("volumeAttributesClassName"), errors);
  return errors;
}

function sameSource(a: corev1.TypedLocalObjectReference, b: corev1.TypedObjectReference): boolean {
  return (a.apiGroup ?? "") === (b.apiGroup ?? "") && a.kind === b.kind && a.name === b.name;
}

export function validateAccessModes(modes: readonly string[], path: FieldPath): FieldError[] {
  const errors = modes
    .filter((mode) => !accessModes.includes(mode))
    .map((mode) => notSupported(path, mode, accessModes));
  if (modes.includes("ReadWriteOncePod") && modes.length > 1)
    errors.push(forbidden(path, "may not use ReadWriteOncePod with other access modes"));
  return errors;
}

const immutableText =
  "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

export function validateClaimUpdate(
  object: corev1.PersistentVolumeClaim,
  old: corev1.PersistentVolumeClaim,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status") return validateStatus(object);
  const errors = validateClaim(object);
  const path = field("spec");
  const changed = withChangeable(object.spec, old);
  if (!sameJson(changed, old.spec)) {
    const text = (spec: corev1.PersistentVolumeClaimSpec) =>
      JSON.stringify(internalForm(corev1.persistentVolumeClaimSpec, spec), undefined, 1);
    errors.push(forbidden(path, `${immutableText}\n${unifiedDiff(text(old.spec), text(changed))}`));
  }
  if (isTooSmall(object, old))
    errors.push(
      forbidden(path.child("resources", "requests", "storage"), "field can not be less than status.capacity"),
    );
  return [...errors, ...immutableField(object.spec.volumeMode, old.spec.volumeMode, field("volumeMode"))];
}

/** A claim that has asked for more may ask for less again, as long as it is more than the volume has. */
function isTooSmall({ spec }: corev1.PersistentVolumeClaim, old: corev1.PersistentVolumeClaim): boolean {
  const now = storageIn(spec.resources?.requests);
  return now.compare(storageIn(old.spec.resources?.requests)) < 0 && now.compare(storageIn(old.status?.capacity)) <= 0;
}

function storageIn(amounts: Readonly<Record<string, string>> = {}): Quantity {
  return parseQuantity(amounts["storage"] ?? "0");
}

/** The new specification, with what may change as it was: a claim may be bound, and given a class; a bound one may grow. */
function withChangeable(
  spec: corev1.PersistentVolumeClaimSpec,
  { spec: old, status }: corev1.PersistentVolumeClaim,
): corev1.PersistentVolumeClaimSpec {
  const { volumeName, storageClassName, volumeAttributesClassName, ...rest } = spec;
  const bound = status?.phase === "Bound";
  const attributes = bound ? old.volumeAttributesClassName : volumeAttributesClassName;
  return {
    ...rest,
    ...(old.volumeName && volumeName !== undefined && { volumeName }),
    ...(old.storageClassName !== undefined && storageClassName !== undefined && { storageClassName }),
    ...(attributes !== undefined && { volumeAttributesClassName: attributes }),
    ...(bound && old.resources && { resources: { ...spec.resources, requests: old.resources.requests ?? {} } }),
  };
}

const resizeStates: readonly string[] = corev1.claimResourceStatus.enum;

function validateStatus({ status }: corev1.PersistentVolumeClaim): FieldError[] {
  const path = field("status");
  const errors = Object.entries(status?.capacity ?? {}).flatMap(([name, amount]) =>
    wholeAmount(amount, path.child("capacity").key(name)),
  );
  for (const [name, state] of Object.entries(status?.allocatedResourceStatuses ?? {}))
    if (!resizeStates.includes(state))
      errors.push(notSupported(path.child("allocatedResourceStatuses"), name, resizeStates));
  for (const [name, amount] of Object.entries(status?.allocatedResources ?? {})) {
    if (name !== "storage") errors.push(notSupported(path.child("allocatedResources"), name, ["storage"]));
    else errors.push(...wholeAmount(amount, path.child("allocatedResources").key(name)));
  }
  return errors;
}
