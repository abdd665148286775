import { dns1123SubdomainProblems, type storagev1 } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { requiredText, sameJson, textErrors } from "../../validation/rules.ts";

const path = field("spec");

export function validateVolumeAttachment({ spec }: storagev1.VolumeAttachment): FieldError[] {
  const errors = requiredText(spec.attacher, dns1123SubdomainProblems, path.child("attacher"));
  const { persistentVolumeName, inlineVolumeSpec } = spec.source ?? {};
  const at = path.child("source");
  if (persistentVolumeName === undefined && !inlineVolumeSpec)
    errors.push(required(at, "must specify exactly one of inlineVolumeSpec and persistentVolumeName"));
  else if (persistentVolumeName !== undefined && inlineVolumeSpec)
    errors.push(forbidden(at, "must specify exactly one of inlineVolumeSpec and persistentVolumeName"));
  else if (persistentVolumeName !== undefined)
    errors.push(...requiredText(persistentVolumeName, dns1123SubdomainProblems, at.child("persistentVolumeName")));
  return [...errors, ...textErrors(spec.nodeName, dns1123SubdomainProblems, path.child("nodeName"))];
}

export function validateVolumeAttachmentUpdate(
  object: storagev1.VolumeAttachment,
  old: storagev1.VolumeAttachment,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status") return [];
  const errors = validateVolumeAttachment(object);
  if (!sameJson(object.spec, old.spec)) errors.push(invalid(path, object.spec, "field is immutable"));
  return errors;
}
