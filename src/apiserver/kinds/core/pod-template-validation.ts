/** Pod templates, as every workload has one. */
import type { corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, notSupported } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { validateAnnotations, validateLabels } from "../../validation/object-meta.ts";
import { validateSteering } from "./pod-metadata-validation.ts";
import { validatePodSpec } from "./pod-spec-validation.ts";
import { validateSameProfiles } from "./profile-annotations.ts";

export function validatePodTemplate(template: corev1.PodTemplateSpec | undefined, path: FieldPath): FieldError[] {
  const spec = template?.spec ?? ({ containers: [] } as unknown as corev1.PodSpec);
  const errors = validateLabels(template?.metadata?.labels, path.child("labels"));
  const annotations = template?.metadata?.annotations;
  if (annotations) {
    validateAnnotations(annotations, path.child("annotations"), errors);
    validateSteering(annotations, spec, path.child("annotations"), errors);
  }
  validatePodSpec(spec, "", path.child("spec"), errors);
  if (annotations) validateSameProfiles(annotations, spec, path.child("spec"), errors);
  if (spec.ephemeralContainers?.length)
    errors.push(
      forbidden(path.child("spec", "ephemeralContainers"), "ephemeral containers not allowed in pod template"),
    );
  return errors;
}

/** Controllers that replace their pods want pods that restart. */
export function onlyAlways(template: corev1.PodTemplateSpec | undefined, path: FieldPath): FieldError[] {
  const policy = template?.spec?.restartPolicy;
  if (policy === undefined || policy === "Always") return [];
  return [notSupported(path.child("spec", "restartPolicy"), policy, ["Always"])];
}
