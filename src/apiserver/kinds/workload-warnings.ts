/**
 * What is allowed in the template of pods but likely not meant. It is told where it is new, on create and where an update counts the
 * generation up: controllers write labels and status without end.
 */
import type { batchv1, corev1, KubernetesObject } from "../../api/mod.ts";
import { podSpecWarnings } from "./core/pod-warnings.ts";

/** `path`: where the template is. */
export function templateWarnings(
  template: corev1.PodTemplateSpec | undefined,
  path: string,
  object: KubernetesObject,
  old?: KubernetesObject,
): string[] {
  if (!isNew(object, old)) return [];
  return podSpecWarnings(template?.spec, template?.metadata?.annotations, `${path}.`);
}

/** `path`: where the specification of the job is. */
export function jobWarnings(
  spec: batchv1.JobSpec | undefined,
  path: string,
  object: KubernetesObject,
  old?: KubernetesObject,
): string[] {
  if (!spec || !isNew(object, old)) return [];
  return [...sizeWarnings(spec, path), ...templateWarnings(spec.template, `${path}.template`, object, old)];
}

function isNew({ metadata }: KubernetesObject, old: KubernetesObject | undefined): boolean {
  return !old || metadata.generation !== old.metadata.generation;
}

function sizeWarnings(
  { completionMode, completions = 0, parallelism = 0 }: batchv1.JobSpec,
  path: string,
): readonly string[] {
  if (completionMode !== "Indexed" || completions <= 100_000 || parallelism <= 10_000) return [];
  const size = "a number of completions higher than 10^5 and a parallelism higher than 10^4";
  const effect = "Kubernetes might not be able to track completedIndexes when a big number of indexes fail";
  return [`${path}: In Indexed Jobs with ${size}, ${effect}`];
}
