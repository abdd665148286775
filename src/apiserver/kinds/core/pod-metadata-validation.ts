/** Annotations that older clients steer pods with. */
import type { corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";

const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";
const seccompAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
const mirrorAnnotation = "kubernetes.io/config.mirror";
const deletionCost = "controller.kubernetes.io/pod-deletion-cost";
const path = field("metadata", "annotations");
const needsNode = "must set spec.nodeName if mirror pod annotation is set";

export function validatePodAnnotations({ metadata: { annotations }, spec }: corev1.Pod): FieldError[] {
  if (!annotations) return [];
  const cost = annotations[deletionCost];
  return [
    ...Object.keys(annotations)
      .filter((key) => key.startsWith(appArmorPrefix))
      .flatMap((key) => validateAppArmor(key, annotations[key]!, spec)),
    ...(annotations[mirrorAnnotation] === undefined || spec.nodeName
      ? []
      : [invalid(path.key(mirrorAnnotation), annotations[mirrorAnnotation], needsNode)]),
    ...validateSeccomp(annotations[seccompAnnotation], spec),
    ...(cost === undefined || isCost(cost) ? [] : [invalid(path.key(deletionCost), cost, "must be a 32bit integer")]),
  ];
}

/** No leading zeros and no plus sign. */
function isCost(text: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(text) && Math.abs(Number(text)) < 2 ** 31;
}

function validateAppArmor(key: string, profile: string, spec: corev1.PodSpec): FieldError[] {
  const name = key.slice(appArmorPrefix.length);
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const errors = containers.some((container) => container.name === name)
    ? []
    : [invalid(path.key(key), name, "container not found")];
  if (profile === "" || profile === "runtime/default" || profile === "unconfined" || profile.startsWith("localhost/"))
    return errors;
  return [...errors, invalid(path.key(key), profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`)];
}

const seccompTypes: Readonly<Record<string, string>> = Object.freeze({
  unconfined: "Unconfined",
  "runtime/default": "RuntimeDefault",
  "docker/default": "RuntimeDefault",
});

function validateSeccomp(annotation: string | undefined, { securityContext }: corev1.PodSpec): FieldError[] {
  const type = securityContext?.seccompProfile?.type;
  if (annotation === undefined || type === undefined) return [];
  const meant = annotation.startsWith("localhost/") ? "Localhost" : seccompTypes[annotation];
  if (meant === undefined || meant === type) return [];
  const at = field("spec", "securityContext", "seccompProfile", "type");
  return [forbidden(at, "seccomp type in annotation and field must match")];
}

/** What a pod was made with stays: AppArmor is not changed under a running container. */
export function validateAnnotationUpdate({ metadata }: corev1.Pod, { metadata: old }: corev1.Pod): FieldError[] {
  const [now, before] = [metadata.annotations ?? {}, old.annotations ?? {}];
  const keys = new Set([...Object.keys(now), ...Object.keys(before)].filter((key) => key.startsWith(appArmorPrefix)));
  return [...keys].flatMap((key) => {
    const verb = before[key] === undefined ? "add" : now[key] === undefined ? "remove" : "update";
    return now[key] === before[key] ? [] : [forbidden(path.key(key), `may not ${verb} AppArmor annotations`)];
  });
}
