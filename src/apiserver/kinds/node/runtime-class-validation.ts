import { corev1, dns1123LabelProblems, type nodev1 } from "../../../api/mod.ts";
import { duplicate, type FieldError } from "../../validation/field-error.ts";
import { eachItem, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { validateResources } from "../../validation/quantity-rules.ts";
import { immutableField, requiredText, sameJson, validateLabels } from "../../validation/rules.ts";
import { validateToleration } from "../core/scheduling-validation.ts";

export function validateRuntimeClass(object: nodev1.RuntimeClass): FieldError[] {
  const { overhead, scheduling } = object;
  const errors = requiredText(object.handler, dns1123LabelProblems, field("handler"));
  if (overhead) validateResources({ limits: overhead.podFixed }, field("overhead"), errors);
  if (!scheduling) return errors;
  const { nodeSelector, tolerations } = scheduling;
  validateLabels(nodeSelector, field("scheduling", "nodeSelector"), errors);
  eachItem(tolerations, field("scheduling", "tolerations"), (toleration, at, position) => {
    validateToleration(toleration, at, errors);
    if (tolerations!.slice(0, position).some((other) => sameJson(other, toleration)))
      errors.push(duplicate(at, internalForm(corev1.toleration, toleration)));
  });
  return errors;
}

export function validateRuntimeClassUpdate(object: nodev1.RuntimeClass, old: nodev1.RuntimeClass): FieldError[] {
  return immutableField(object.handler, old.handler, field("handler"));
}
