import type { corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { validatePodAnnotations } from "./pod-metadata-validation.ts";
import { validatePodSpec } from "./pod-spec-validation.ts";
import { validateSameProfiles } from "./profile-annotations.ts";

const specPath = field("spec");

export function validatePod(pod: corev1.Pod): FieldError[] {
  const errors = validatePodAnnotations(pod);
  validateOwnSpec(pod, errors);
  if (pod.spec.ephemeralContainers?.length)
    errors.push(forbidden(specPath.child("ephemeralContainers"), "cannot be set on create"));
  if (pod.metadata.annotations) validateSameProfiles(pod.metadata.annotations, pod.spec, specPath, errors);
  return errors;
}

/** Ephemeral containers are judged where they are set, by an endpoint of their own. */
export function validateOwnSpec({ metadata, spec }: corev1.Pod, errors: FieldError[] = []): FieldError[] {
  const own = spec.ephemeralContainers ? { ...spec, ephemeralContainers: [] } : spec;
  return validatePodSpec(own, metadata.name, specPath, errors);
}
