/** Annotations that steer pods. */
import type { corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { appArmorPrefix, validateProfileAnnotations } from "./profile-annotations.ts";

const mirrorAnnotation = "kubernetes.io/config.mirror";
const deletionCost = "controller.kubernetes.io/pod-deletion-cost";
const path = field("metadata", "annotations");
const needsNode = "must set spec.nodeName if mirror pod annotation is set";

export function validatePodAnnotations({ metadata, spec }: corev1.Pod): FieldError[] {
  return metadata.annotations ? validateSteering(metadata.annotations, spec, path) : [];
}

/** Of a pod or of a template, whose annotations are at `path`. */
export function validateSteering(
  annotations: Readonly<Record<string, string>>,
  spec: corev1.PodSpec,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  const mirrored = annotations[mirrorAnnotation];
  if (mirrored !== undefined && !spec.nodeName) errors.push(invalid(path.key(mirrorAnnotation), mirrored, needsNode));
  const cost = annotations[deletionCost];
  if (cost !== undefined && !isCost(cost))
    errors.push(invalid(path.key(deletionCost), cost, "must be a 32bit integer"));
  validateProfileAnnotations(annotations, spec, path, errors);
  return errors;
}

/** No leading zeros and no plus sign. */
function isCost(text: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(text) && Math.abs(Number(text)) < 2 ** 31;
}

/** What a pod was made with stays: AppArmor is not changed under a running container. */
export function validateAnnotationUpdate({ metadata }: corev1.Pod, { metadata: old }: corev1.Pod): FieldError[] {
  const [now, before] = [metadata.annotations ?? {}, old.annotations ?? {}];
  const keys = new Set([...Object.keys(now), ...Object.keys(before)].filter((key) => key.startsWith(appArmorPrefix)));
  return [...keys].flatMap((key) => {
    const verb = before[key] === undefined ? "add" : "remove or update";
    return now[key] === before[key] ? [] : [forbidden(path.key(key), `may not ${verb} AppArmor annotations`)];
  });
}
