/** Files made of configuration, secrets, tokens and the pod's own fields. */
import type { corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import { eachItem, type FieldPath } from "../../validation/field-path.ts";
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

export function validateMode(mode: number | undefined, path: FieldPath, errors: FieldError[]): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) errors.push(invalid(path, mode, modeText));
}

function validateTarget(target: string | undefined, path: FieldPath, errors: FieldError[]): void {
  if (target) filePath(target, path, errors);
  else errors.push(required(path));
}

export function validateKeyItems(
  items: readonly corev1.KeyToPath[] | undefined,
  path: FieldPath,
  errors: FieldError[],
): void {
  eachItem(items, path, (item, at) => {
    if (!item.key) errors.push(required(at.child("key")));
    validateTarget(item.path, at.child("path"), errors);
    validateMode(item.mode, at.child("mode"), errors);
  });
}

export function validateDownwardItems(
  items: readonly corev1.DownwardAPIVolumeFile[] | undefined,
  path: FieldPath,
  errors: FieldError[],
): void {
  for (const item of items ?? []) {
    validateTarget(item.path, path.child("path"), errors);
    if (item.fieldRef) {
      validateFieldRef(item.fieldRef, volumeFields, path.child("fieldRef"), errors);
      if (item.resourceFieldRef)
        errors.push(invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"));
    } else if (item.resourceFieldRef)
      validateResourceFieldRef(item.resourceFieldRef, volumeResources, path.child("resourceFieldRef"), true, errors);
    else errors.push(required(path, "one of fieldRef and resourceFieldRef is required"));
    validateMode(item.mode, path.child("mode"), errors);
  }
}

export function validateProjected(source: corev1.ProjectedVolumeSource, path: FieldPath, errors: FieldError[]): void {
  validateMode(source.defaultMode, path.child("defaultMode"), errors);
  const paths = new Set<string>();
  eachItem(source.sources, path.child("sources"), (projection, at) =>
    validateProjection(projection, paths, at, path, errors),
  );
}

function validateProjection(
  projection: corev1.VolumeProjection,
  paths: Set<string>,
  path: FieldPath,
  volumePath: FieldPath,
  errors: FieldError[],
): void {
  const { secret, configMap, downwardAPI, serviceAccountToken } = projection;
  if (secret) validateFiles(secret, paths, path.child("secret"), volumePath, errors);
  if (configMap) validateFiles(configMap, paths, path.child("configMap"), volumePath, errors);
  if (downwardAPI) {
    validateDownwardItems(downwardAPI.items, path.child("downwardAPI"), errors);
    clashes(downwardAPI.items, "", paths, volumePath, errors);
  }
  if (serviceAccountToken) validateToken(serviceAccountToken, path.child("serviceAccountToken"), volumePath, errors);
  if (Object.keys(projection).length > 1)
    errors.push(forbidden(path, "may not specify more than 1 volume type per source"));
}

function validateFiles(
  { name, items }: corev1.SecretProjection | corev1.ConfigMapProjection,
  paths: Set<string>,
  path: FieldPath,
  volumePath: FieldPath,
  errors: FieldError[],
): void {
  if (!name) errors.push(required(path.child("name")));
  validateKeyItems(items, path.child("items"), errors);
  clashes(items, name ?? "", paths, volumePath, errors);
}

/** Two files of a volume cannot have one path; the message names the source, or else the path. */
function clashes(
  items: readonly { readonly path: string }[] | undefined,
  source: string,
  paths: Set<string>,
  volumePath: FieldPath,
  errors: FieldError[],
): void {
  for (const { path: target } of items ?? []) {
    if (!target) continue;
    if (paths.has(target)) errors.push(invalid(volumePath, source || target, "conflicting duplicate paths"));
    paths.add(target);
  }
}

function validateToken(
  token: corev1.ServiceAccountTokenProjection,
  path: FieldPath,
  volumePath: FieldPath,
  errors: FieldError[],
): void {
  const seconds = token.expirationSeconds ?? 3600;
  if (seconds < 600)
    errors.push(invalid(path.child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes"));
  if (seconds > 2 ** 32)
    errors.push(
      invalid(path.child("expirationSeconds"), seconds, "may not specify a duration larger than 2^32 seconds"),
    );
  validateTarget(token.path, volumePath.child("path"), errors);
}
