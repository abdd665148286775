import { type corev1, dns1123SubdomainProblems, storagev1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { immutableField, textErrors } from "../../validation/rules.ts";
import { validateAccessModes } from "../core/persistent-volume-claim-validation.ts";
import { validateSources } from "../core/persistent-volume-validation.ts";
import { validateDriverName } from "./csi-validation.ts";

const path = field("spec");

export function validateVolumeAttachment({ spec }: storagev1.VolumeAttachment): FieldError[] {
  const errors = validateDriverName(spec.attacher, path.child("attacher"));
  const { persistentVolumeName, inlineVolumeSpec } = spec.source ?? {};
  const at = path.child("source");
  if (persistentVolumeName === undefined && !inlineVolumeSpec)
    errors.push(required(at, "must specify exactly one of inlineVolumeSpec and persistentVolumeName"));
  else if (persistentVolumeName !== undefined && inlineVolumeSpec)
    errors.push(forbidden(at, "must specify exactly one of inlineVolumeSpec and persistentVolumeName"));
  else if (persistentVolumeName !== undefined) {
    const name = at.child("persistentVolumeName");
    if (persistentVolumeName === "") errors.push(required(name, "must specify non empty persistentVolumeName"));
    textErrors(persistentVolumeName, dns1123SubdomainProblems, name, errors);
  } else if (inlineVolumeSpec) errors.push(...validateInlineVolume(inlineVolumeSpec, at.child("inlineVolumeSpec")));
  return [...errors, ...textErrors(spec.nodeName, dns1123SubdomainProblems, path.child("nodeName"))];
}

const foreign = "may not be specified in the context of inline volumes";

/** A volume that no object stands for: whatever would describe that object has no place in it. */
function validateInlineVolume(spec: corev1.PersistentVolumeSpec, at: FieldPath): FieldError[] {
  const forbiddenKeys = (keys: readonly (keyof corev1.PersistentVolumeSpec)[]) =>
    keys.filter((key) => spec[key] !== undefined).map((key) => forbidden(at.child(key), foreign));
  const errors = forbiddenKeys(["claimRef", "capacity"]);
  if (!spec.csi) errors.push(required(at.child("csi"), "has to be specified in the context of inline volumes"));
  if (!spec.accessModes?.length) errors.push(required(at.child("accessModes")));
  errors.push(...validateAccessModes(spec.accessModes ?? [], at.child("accessModes")));
  errors.push(...forbiddenKeys(["nodeAffinity"]), ...validateSources(spec, at), ...forbiddenKeys(["storageClassName"]));
  if (spec.volumeMode !== undefined && spec.volumeMode !== "Filesystem") {
    const text = "may not specify volumeMode other than Filesystem in the context of inline volumes";
    errors.push(forbidden(at.child("volumeMode"), text));
  }
  return errors;
}

export function validateVolumeAttachmentUpdate(
  object: storagev1.VolumeAttachment,
  old: storagev1.VolumeAttachment,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status") return [];
  return [
    ...validateVolumeAttachment(object),
    ...immutableField(object.spec, old.spec, path, storagev1.volumeAttachmentSpec),
  ];
}
