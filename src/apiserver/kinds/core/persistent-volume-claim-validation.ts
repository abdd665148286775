import { type corev1, dns1123SubdomainProblems, parseQuantity } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { positiveAmount } from "../../validation/quantity-rules.ts";
import { optionalText, sameJson, validateLabelSelector } from "../../validation/rules.ts";

export const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
export const volumeModes = ["Block", "Filesystem"];

export function validateClaim(object: corev1.PersistentVolumeClaim): FieldError[] {
  return validateClaimSpec(object.spec, field("spec"));
}

export function validateClaimSpec(spec: corev1.PersistentVolumeClaimSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = spec.accessModes?.length
    ? []
    : [required(path.child("accessModes"), "at least 1 access mode is required")];
  errors.push(...validateLabelSelector(spec.selector, path.child("selector")));
  errors.push(...validateAccessModes(spec.accessModes ?? [], path.child("accessModes")));
  const wanted = spec.resources?.requests?.["storage"];
  const at = path.child("resources").key("storage");
  errors.push(...(wanted === undefined ? [required(at)] : positiveAmount(wanted, at)));
  errors.push(...optionalText(spec.storageClassName, dns1123SubdomainProblems, path.child("storageClassName")));
  if (spec.volumeMode !== undefined && !volumeModes.includes(spec.volumeMode))
    errors.push(notSupported(path.child("volumeMode"), spec.volumeMode, volumeModes));
  for (const key of ["dataSource", "dataSourceRef"] as const) {
    const source = spec[key];
    if (!source) continue;
    for (const part of ["name", "kind"] as const) if (!source[part]) errors.push(required(path.child(key, part)));
  }
  return errors;
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
  if (context.subresource === "status") return [];
  const errors = validateClaim(object);
  const path = field("spec");
  if (!sameJson(fixed(object.spec, old), fixed(old.spec, old))) errors.push(forbidden(path, `${immutableText}\n`));
  const [now, before] = [object.spec.resources?.requests?.["storage"], old.spec.resources?.requests?.["storage"]];
  if (now && before && parseQuantity(now).compare(parseQuantity(before)) < 0) {
    const reported = old.status?.capacity?.["storage"];
    if (!reported || parseQuantity(now).compare(parseQuantity(reported)) <= 0) {
      const at = path.child("resources", "requests", "storage");
      errors.push(forbidden(at, "field can not be less than previous value"));
    }
  }
  return errors;
}

/** Bound claims may grow; a claim may be bound, and given a class later. */
function fixed(spec: corev1.PersistentVolumeClaimSpec, old: corev1.PersistentVolumeClaim): unknown {
  const { resources: _resources, volumeAttributesClassName: _class, volumeName, storageClassName, ...rest } = spec;
  return {
    ...rest,
    ...(old.spec.volumeName && { volumeName }),
    ...(old.spec.storageClassName !== undefined && { storageClassName }),
    ...(old.status?.phase !== "Bound" && { resources: spec.resources }),
  };
}
