/** Files made of configuration, secrets, tokens and the pod's own fields. */
import type { corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { validateFieldRef, validateResourceFieldRef } from "./downward-validation.ts";
import { filePath } from "./volume-mount-validation.ts";

const modeText = "must be a number between 0 and 0777 (octal), both inclusive";
const volumeFields = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];
const volumeResources = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

export function validateMode(mode: number | undefined, path: FieldPath): FieldError[] {
  return mode !== undefined && (mode < 0 || mode > 0o777) ? [invalid(path, mode, modeText)] : [];
}

export function validateKeyItems(items: readonly corev1.KeyToPath[] | undefined, path: FieldPath): FieldError[] {
  return (items ?? []).flatMap((item, position) => {
    const at = path.index(position);
    return [
      ...(item.key ? [] : [required(at.child("key"))]),
      ...(item.path ? filePath(item.path, at.child("path")) : [required(at.child("path"))]),
      ...validateMode(item.mode, at.child("mode")),
    ];
  });
}

export function validateDownwardItems(
  items: readonly corev1.DownwardAPIVolumeFile[] | undefined,
  path: FieldPath,
): FieldError[] {
  return (items ?? []).flatMap((item) => {
    const errors = item.path ? filePath(item.path, path.child("path")) : [required(path.child("path"))];
    if (item.fieldRef) {
      errors.push(...validateFieldRef(item.fieldRef, volumeFields, path.child("fieldRef")));
      if (item.resourceFieldRef)
        errors.push(invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"));
    } else if (item.resourceFieldRef)
      errors.push(
        ...validateResourceFieldRef(item.resourceFieldRef, volumeResources, path.child("resourceFieldRef"), true),
      );
    else errors.push(required(path, "one of fieldRef and resourceFieldRef is required"));
    return [...errors, ...validateMode(item.mode, path.child("mode"))];
  });
}

export function validateProjected(source: corev1.ProjectedVolumeSource, path: FieldPath): FieldError[] {
  const errors = validateMode(source.defaultMode, path.child("defaultMode"));
  const paths = new Set<string>();
  for (const [position, projection] of (source.sources ?? []).entries())
    errors.push(...validateProjection(projection, paths, path.child("sources").index(position), path));
  return errors;
}

function validateProjection(
  projection: corev1.VolumeProjection,
  paths: Set<string>,
  path: FieldPath,
  volumePath: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const found = (
    ["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate"] as const
  ).filter((key) => projection[key] !== undefined);
  const { secret, configMap, downwardAPI, serviceAccountToken } = projection;
  for (const [key, from] of [
    ["secret", secret],
    ["configMap", configMap],
  ] as const) {
    if (!from) continue;
    if (!from.name) errors.push(required(path.child(key, "name")));
    errors.push(
      ...validateKeyItems(from.items, path.child(key, "items")),
      ...clashes(from.items, from.name ?? "", paths, volumePath),
    );
  }
  if (downwardAPI)
    errors.push(
      ...validateDownwardItems(downwardAPI.items, path.child("downwardAPI")),
      ...clashes(downwardAPI.items, "", paths, volumePath),
    );
  if (serviceAccountToken)
    errors.push(...validateToken(serviceAccountToken, path.child("serviceAccountToken"), volumePath));
  if (found.length > 1) errors.push(forbidden(path, "may not specify more than 1 volume type per source"));
  return errors;
}

/** Two files of a volume cannot have one path; the message names the source, or else the path. */
function clashes(
  items: readonly { readonly path: string }[] | undefined,
  source: string,
  paths: Set<string>,
  volumePath: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const { path: target } of items ?? []) {
    if (!target) continue;
    if (paths.has(target)) errors.push(invalid(volumePath, source || target, "conflicting duplicate paths"));
    paths.add(target);
  }
  return errors;
}

function validateToken(
  token: corev1.ServiceAccountTokenProjection,
  path: FieldPath,
  volumePath: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const seconds = token.expirationSeconds ?? 3600;
  if (seconds < 600)
    errors.push(invalid(path.child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes"));
  if (seconds > 2 ** 32)
    errors.push(
      invalid(path.child("expirationSeconds"), seconds, "may not specify a duration larger than 2^32 seconds"),
    );
  return [
    ...errors,
    ...(token.path ? filePath(token.path, volumePath.child("path")) : [required(volumePath.child("path"))]),
  ];
}
