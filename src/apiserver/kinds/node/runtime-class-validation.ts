import { corev1, dns1123LabelProblems, type nodev1 } from "../../../api/mod.ts";
import { duplicate, type FieldError } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { validateResources } from "../../validation/quantity-rules.ts";
import { immutableField, requiredText, sameJson, validateLabels } from "../../validation/rules.ts";
import { validateTolerations } from "../core/scheduling-validation.ts";

export function validateRuntimeClass(object: nodev1.RuntimeClass): FieldError[] {
  const { overhead, scheduling } = object;
  const errors = requiredText(object.handler, dns1123LabelProblems, field("handler"));
  if (overhead) errors.push(...validateResources({ limits: overhead.podFixed }, field("overhead")));
  if (!scheduling) return errors;
  const at = field("scheduling");
  errors.push(...validateLabels(scheduling.nodeSelector, at.child("nodeSelector")));
  const tolerations = scheduling.tolerations ?? [];
  return [...errors, ...tolerations.flatMap((_, position) => validateTolerationAt(tolerations, position, at))];
}

function validateTolerationAt(list: readonly corev1.Toleration[], position: number, at: FieldPath): FieldError[] {
  const toleration = list[position]!;
  const path = at.child("tolerations");
  const again = list.slice(0, position).some((other) => sameJson(other, toleration));
  const errors = validateTolerations([toleration], path, position);
  return again ? [...errors, duplicate(path.index(position), internalForm(corev1.toleration, toleration))] : errors;
}

export function validateRuntimeClassUpdate(object: nodev1.RuntimeClass, old: nodev1.RuntimeClass): FieldError[] {
  return immutableField(object.handler, old.handler, field("handler"));
}
