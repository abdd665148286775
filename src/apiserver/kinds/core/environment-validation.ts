/** Environment variables of a container and where their values come from. */
import {
  configMapKeyProblems,
  type corev1,
  dns1123SubdomainProblems,
  environmentVariableNameProblems,
} from "../../../api/mod.ts";
import { type FieldError, invalid } from "../../validation/field-error.ts";
import { eachItem, type FieldPath } from "../../validation/field-path.ts";
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

export function validateEnvironment(variables: readonly corev1.EnvVar[], path: FieldPath, errors: FieldError[]): void {
  eachItem(variables, path, (variable, at) => {
    requiredText(variable.name, environmentVariableNameProblems, at.child("name"), errors);
    if (variable.valueFrom) validateSource(variable.value, variable.valueFrom, at.child("valueFrom"), errors);
  });
}

function validateSource(
  value: string | undefined,
  source: corev1.EnvVarSource,
  path: FieldPath,
  errors: FieldError[],
): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
  let found = 0;
  if (fieldRef) {
    found++;
    validateFieldRef(fieldRef, environmentFields, path.child("fieldRef"), errors);
  }
  if (resourceFieldRef) {
    found++;
    validateResourceFieldRef(resourceFieldRef, environmentResources, path.child("resourceFieldRef"), false, errors);
  }
  if (configMapKeyRef) {
    found++;
    validateKeyRef(configMapKeyRef, path.child("configMapKeyRef"), errors);
  }
  if (secretKeyRef) {
    found++;
    validateKeyRef(secretKeyRef, path.child("secretKeyRef"), errors);
  }
  if ("fileKeyRef" in source && source.fileKeyRef) found++;
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
}

function validateKeyRef(
  reference: { readonly name?: string; readonly key: string },
  path: FieldPath,
  errors: FieldError[],
): void {
  textErrors(reference.name ?? "", dns1123SubdomainProblems, path.child("name"), errors);
  requiredText(reference.key, configMapKeyProblems, path.child("key"), errors);
}

export function validateEnvironmentFrom(
  sources: readonly corev1.EnvFromSource[],
  path: FieldPath,
  errors: FieldError[],
): void {
  eachItem(sources, path, ({ prefix, configMapRef, secretRef }, at) => {
    optionalText(prefix, environmentVariableNameProblems, at.child("prefix"), errors);
    if (configMapRef)
      requiredText(configMapRef.name, dns1123SubdomainProblems, at.child("configMapRef", "name"), errors);
    if (secretRef) requiredText(secretRef.name, dns1123SubdomainProblems, at.child("secretRef", "name"), errors);
    if (configMapRef && secretRef)
      errors.push(invalid(path, "", "may not have more than one field specified at a time"));
    if (!configMapRef && !secretRef)
      errors.push(invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"));
  });
}
