import { corev1, dns1123LabelProblems, type nodev1 } from "../../../api/mod.ts";
import { duplicate, type FieldError } from "../../validation/field-error.ts";
import { eachItem, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { validateResources } from "../../validation/quantity-rules.ts";
import { immutableField, requiredText, validateLabels } from "../../validation/rules.ts";
import { Seen } from "../../validation/seen.ts";
import { tolerationText, validateToleration } from "../core/scheduling-validation.ts";

export function validateRuntimeClass(object: nodev1.RuntimeClass): FieldError[] {
  const { overhead, scheduling } = object;
  const errors = requiredText(object.handler, dns1123LabelProblems, field("handler"));
  if (overhead) validateResources({ limits: overhead.podFixed }, field("overhead"), errors);
  if (!scheduling) return errors;
  const { nodeSelector, tolerations } = scheduling;
  validateLabels(nodeSelector, field("scheduling", "nodeSelector"), errors);
  const seen = new Seen<string>();
  eachItem(tolerations, field("scheduling", "tolerations"), (toleration, at) => {
    validateToleration(toleration, at, errors);
    if (seen.again(tolerationText(toleration))) errors.push(duplicate(at, internalForm(corev1.toleration, toleration)));
  });
  return errors;
}

export function validateRuntimeClassUpdate(object: nodev1.RuntimeClass, old: nodev1.RuntimeClass): FieldError[] {
  return immutableField(object.handler, old.handler, field("handler"));
}
