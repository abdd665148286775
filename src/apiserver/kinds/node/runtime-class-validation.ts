import { dns1123LabelProblems, type nodev1 } from "../../../api/mod.ts";
import type { FieldError } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { validateResources } from "../../validation/quantity-rules.ts";
import { immutableField, textErrors, validateLabels } from "../../validation/rules.ts";
import { validateTolerations } from "../core/scheduling-validation.ts";

export function validateRuntimeClass(object: nodev1.RuntimeClass): FieldError[] {
  const { overhead, scheduling } = object;
  const errors = textErrors(object.handler ?? "", dns1123LabelProblems, field("handler"));
  if (overhead) errors.push(...validateResources({ limits: overhead.podFixed }, field("overhead")));
  if (!scheduling) return errors;
  const at = field("scheduling");
  errors.push(...validateLabels(scheduling.nodeSelector, at.child("nodeSelector")));
  return [...errors, ...validateTolerations(scheduling.tolerations ?? [], at.child("tolerations"))];
}

export function validateRuntimeClassUpdate(object: nodev1.RuntimeClass, old: nodev1.RuntimeClass): FieldError[] {
  return immutableField(object.handler, old.handler, field("handler"));
}
