/** Whether two templates make the same pods. Pure. */
import { applyDefaults, clone, corev1, respelledAs } from "../../api/mod.ts";
import { semanticallyEqual } from "./hash.ts";

/** But for how amounts are spelled, and for defaults that were not yet filled in when one of both was stored: neither replaces a pod. */
export function templatesEqual(a: corev1.PodTemplateSpec, b: corev1.PodTemplateSpec): boolean {
  if (semanticallyEqual(a, b)) return true;
  const [one, other] = [withDefaults(a), withDefaults(b)];
  return semanticallyEqual(one, respelledAs(one, other, corev1.podTemplateSpec));
}

function withDefaults(template: corev1.PodTemplateSpec): corev1.PodTemplateSpec {
  return applyDefaults(corev1.podTemplateSpec, clone(template));
}
