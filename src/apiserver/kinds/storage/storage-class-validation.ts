import { type corev1, qualifiedNameProblems, storagev1 } from "../../../api/mod.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { immutableField, sameJson, textErrors } from "../../validation/rules.ts";
import { Seen } from "../../validation/seen.ts";

const reclaimPolicies = ["Delete", "Retain"];
const bindingModes: readonly string[] = storagev1.volumeBindingMode.enum;
const parametersMaximumBytes = 256 * 1024;
const mostParameters = 512;

export function validateStorageClass(object: storagev1.StorageClass): FieldError[] {
  const errors = validateProvisioner(object.provisioner, field("provisioner"));
  errors.push(...validateParameters(object.parameters, field("parameters")));
  const { reclaimPolicy, volumeBindingMode } = object;
  if (reclaimPolicy && !reclaimPolicies.includes(reclaimPolicy))
    errors.push(notSupported(field("reclaimPolicy"), reclaimPolicy, reclaimPolicies));
  if (volumeBindingMode === undefined) errors.push(required(field("volumeBindingMode")));
  else if (!bindingModes.includes(volumeBindingMode))
    errors.push(notSupported(field("volumeBindingMode"), volumeBindingMode, bindingModes));
  return [...errors, ...validateTopologies(object, field("allowedTopologies"))];
}

function validateProvisioner(name: string | undefined, path: FieldPath): FieldError[] {
  if (!name) return [required(path)];
  return qualifiedNameProblems(name.toLowerCase()).map((problem) => invalid(path, name.toLowerCase(), problem));
}

function validateParameters(parameters: Readonly<Record<string, string>> | undefined, path: FieldPath): FieldError[] {
  const entries = Object.entries(parameters ?? {});
  if (entries.length > mostParameters) return [tooLong(path, mostParameters)];
  const errors = entries.filter(([key]) => key === "").map(([key]) => invalid(path, key, "field can not be empty."));
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return bytes > parametersMaximumBytes ? [...errors, tooLong(path, parametersMaximumBytes)] : errors;
}

function validateTopologies({ allowedTopologies }: storagev1.StorageClass, path: FieldPath): FieldError[] {
  const terms = allowedTopologies ?? [];
  // A term that says nothing counts as a repetition of nothing, as often as there are terms.
  const known = new Map([[topologyText({}), terms.length]]);
  return terms.flatMap((term, position) => {
    const at = path.index(position).child("matchLabelExpressions");
    const text = topologyText(term);
    const times = known.get(text) ?? 0;
    known.set(text, times + 1);
    return [...validateTopology(term, at), ...Array.from({ length: times }, () => duplicate(at, ""))];
  });
}

function validateTopology({ matchLabelExpressions }: corev1.TopologySelectorTerm, path: FieldPath): FieldError[] {
  const keys = new Set<string>();
  return (matchLabelExpressions ?? []).flatMap(({ key, values }, number) => {
    const at = path.index(number);
    const errors: FieldError[] = values?.length ? [] : [required(at.child("values"))];
    const seen = new Seen<string>();
    for (const [position, value] of (values ?? []).entries())
      if (seen.again(value)) errors.push(duplicate(at.child("values").index(position), value));
    textErrors(key, qualifiedNameProblems, at.child("key"), errors);
    if (keys.has(key)) errors.push(duplicate(at.child("key"), key));
    keys.add(key);
    return errors;
  });
}

/** The same text for the same keys with the same values, in whatever order and however often; of a key that is there twice the last counts. */
function topologyText({ matchLabelExpressions = [] }: corev1.TopologySelectorTerm): string {
  const byKey = new Map(matchLabelExpressions.map(({ key, values }) => [key, [...new Set(values)].sort()]));
  return JSON.stringify([...byKey].sort());
}

export function validateStorageClassUpdate(object: storagev1.StorageClass, old: storagev1.StorageClass): FieldError[] {
  const errors = validateStorageClass(object);
  return [
    ...errors,
    ...immutableField(object.provisioner ?? "", old.provisioner, field("provisioner")),
    ...immutableField(object.parameters, old.parameters, field("parameters")),
    ...immutableField(object.reclaimPolicy, old.reclaimPolicy, field("reclaimPolicy")),
    ...immutableField(object.volumeBindingMode, old.volumeBindingMode, field("volumeBindingMode")),
  ];
}

export function validateVolumeAttributesClass(object: storagev1.VolumeAttributesClass): FieldError[] {
  const errors = validateProvisioner(object.driverName, field("driverName"));
  if (Object.keys(object.parameters ?? {}).length === 0)
    errors.push(required(field("parameters"), "must contain at least one key/value pair"));
  return [...errors, ...validateParameters(object.parameters, field("parameters"))];
}

export function validateVolumeAttributesClassUpdate(
  object: storagev1.VolumeAttributesClass,
  old: storagev1.VolumeAttributesClass,
): FieldError[] {
  const errors: FieldError[] = [];
  if (object.driverName !== old.driverName)
    errors.push(forbidden(field("driverName"), "updates to driverName are forbidden."));
  if (!sameJson(object.parameters ?? {}, old.parameters ?? {}))
    errors.push(forbidden(field("parameters"), "updates to parameters are forbidden."));
  return [...errors, ...validateVolumeAttributesClass(object)];
}
