/** Environment variables of a container and where their values come from. */
import {
  configMapKeyProblems,
  type corev1,
  dns1123SubdomainProblems,
  environmentVariableNameProblems,
} from "../../../api/mod.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { optionalText, requiredText, textErrors } from "../../validation/rules.ts";
import { validateFieldRef, validateResourceFieldRef } from "./downward-validation.ts";

const environmentFields = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];
const environmentResources = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

export function validateEnvironment(variables: readonly corev1.EnvVar[], path: FieldPath): FieldError[] {
  return variables.flatMap((variable, position) => {
    const at = path.index(position);
    return [
      ...requiredText(variable.name, environmentVariableNameProblems, at.child("name")),
      ...validateSource(variable, at.child("valueFrom")),
    ];
  });
}

function validateSource({ value, valueFrom }: corev1.EnvVar, path: FieldPath): FieldError[] {
  if (!valueFrom) return [];
  const errors: FieldError[] = [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  let found = 0;
  if (fieldRef) {
    found++;
    errors.push(...validateFieldRef(fieldRef, environmentFields, path.child("fieldRef")));
  }
  if (resourceFieldRef) {
    found++;
    errors.push(
      ...validateResourceFieldRef(resourceFieldRef, environmentResources, path.child("resourceFieldRef"), false),
    );
  }
  if (configMapKeyRef) {
    found++;
    errors.push(...validateKeyRef(configMapKeyRef, path.child("configMapKeyRef")));
  }
  if (secretKeyRef) {
    found++;
    errors.push(...validateKeyRef(secretKeyRef, path.child("secretKeyRef")));
  }
  if ("fileKeyRef" in valueFrom && valueFrom.fileKeyRef) found++;
  if (found === 0)
    errors.push(
      invalid(
        path,
        "",
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
      ),
    );
  if (value) {
    if (found > 0) errors.push(invalid(path, "", "may not be specified when `value` is not empty"));
  } else if (found > 1) errors.push(invalid(path, "", "may not have more than one field specified at a time"));
  return errors;
}

function validateKeyRef(reference: { readonly name?: string; readonly key: string }, path: FieldPath): FieldError[] {
  return [
    ...textErrors(reference.name ?? "", dns1123SubdomainProblems, path.child("name")),
    ...requiredText(reference.key, configMapKeyProblems, path.child("key")),
  ];
}

export function validateEnvironmentFrom(sources: readonly corev1.EnvFromSource[], path: FieldPath): FieldError[] {
  return sources.flatMap((source, position) => validateEnvironmentSource(source, path, position));
}

function validateEnvironmentSource(
  { prefix, configMapRef, secretRef }: corev1.EnvFromSource,
  path: FieldPath,
  position: number,
): FieldError[] {
  const at = path.index(position);
  const errors = optionalText(prefix, environmentVariableNameProblems, at.child("prefix"));
  for (const [key, reference] of [
    ["configMapRef", configMapRef],
    ["secretRef", secretRef],
  ] as const)
    if (reference) errors.push(...nameRequired(reference.name, at.child(key, "name")));
  if (configMapRef && secretRef) errors.push(invalid(path, "", "may not have more than one field specified at a time"));
  if (!configMapRef && !secretRef) errors.push(invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"));
  return errors;
}

function nameRequired(name: string | undefined, path: FieldPath): FieldError[] {
  return name ? textErrors(name, dns1123SubdomainProblems, path) : [required(path)];
}
