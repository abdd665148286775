import type { corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { validatePodAnnotations } from "./pod-metadata-validation.ts";
import { validatePodSpec } from "./pod-spec-validation.ts";

const specPath = field("spec");

export function validatePod(pod: corev1.Pod): FieldError[] {
  const errors = validatePodAnnotations(pod);
  errors.push(...validatePodSpec({ ...pod.spec, ephemeralContainers: [] }, pod.metadata.name, specPath));
  if (pod.spec.ephemeralContainers?.length)
    errors.push(forbidden(specPath.child("ephemeralContainers"), "cannot be set on create"));
  return errors;
}
