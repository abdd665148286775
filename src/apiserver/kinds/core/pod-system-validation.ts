/** What a pod's operating system and the node's namespaces allow of its security settings. */
import type { corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";

export function validateSystem(spec: corev1.PodSpec, path: FieldPath, errors: FieldError[]): void {
  if (spec.hostUsers === false) validateNamespaces(spec, path, errors);
  if (spec.os?.name === "windows") errors.push(...onlyForLinux(spec, path));
  if (spec.os?.name === "linux") errors.push(...onlyForWindows(spec, path));
}

/** In a user namespace of its own a pod has no namespace of the node. */
function validateNamespaces(spec: corev1.PodSpec, path: FieldPath, errors: FieldError[]): void {
  const names = { hostNetwork: "hostNetwork", hostPID: "HostPID", hostIPC: "HostIPC" } as const;
  for (const [key, name] of Object.entries(names))
    if (spec[key as keyof typeof names]) errors.push(forbidden(path.child(name), "when `hostUsers` is false"));
}

const linuxPodFields = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "fsGroup",
  "fsGroupChangePolicy",
  "sysctls",
  "runAsUser",
  "runAsGroup",
  "supplementalGroups",
  "supplementalGroupsPolicy",
] as const;
const linuxContainerFields = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "capabilities",
  "readOnlyRootFilesystem",
  "privileged",
  "allowPrivilegeEscalation",
  "procMount",
  "runAsUser",
  "runAsGroup",
] as const;
const notForWindows = "cannot be set for a windows pod";

function onlyForLinux(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const context = spec.securityContext ?? {};
  const at = path.child("securityContext");
  const given = (keys: readonly (keyof corev1.PodSecurityContext)[]) =>
    keys.filter((key) => context[key] !== undefined).map((key) => forbidden(at.child(key), notForWindows));
  errors.push(...given(linuxPodFields.slice(0, 3)));
  if (spec.hostUsers !== undefined) errors.push(forbidden(path.child("hostUsers"), notForWindows));
  for (const key of ["hostPID", "hostIPC"] as const)
    if (spec[key]) errors.push(forbidden(path.child(key), notForWindows));
  errors.push(...given(linuxPodFields.slice(3, 6)));
  if (spec.shareProcessNamespace !== undefined)
    errors.push(forbidden(path.child("shareProcessNamespace"), notForWindows));
  errors.push(...given(linuxPodFields.slice(6)));
  for (const [container, under] of containersOf(spec, path))
    for (const key of linuxContainerFields)
      if (container.securityContext?.[key] !== undefined)
        errors.push(forbidden(under.child("securityContext", key), notForWindows));
  return errors;
}

function onlyForWindows(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const text = "windows options cannot be set for a linux pod";
  const errors = spec.securityContext?.windowsOptions
    ? [forbidden(path.child("securityContext", "windowsOptions"), text)]
    : [];
  for (const [container, under] of containersOf(spec, path))
    if (container.securityContext?.windowsOptions)
      errors.push(forbidden(under.child("securityContext", "windowsOptions"), text));
  return errors;
}

function containersOf(spec: corev1.PodSpec, path: FieldPath): (readonly [corev1.Container, FieldPath])[] {
  return (["containers", "initContainers"] as const).flatMap((key) =>
    (spec[key] ?? []).map((container, position) => [container, path.child(key).index(position)] as const),
  );
}

const networkSysctls = /^net\./;
const ipcSysctls = /^(kernel\.(msg|sem|shm)|fs\.mqueue\.)/;

/** Settings of a namespace that the pod shares with the node are the node's. */
export function sharedSysctls(spec: corev1.PodSpec, name: string, path: FieldPath): FieldError[] {
  if (spec.hostNetwork && networkSysctls.test(name))
    return [invalid(path, name, "may not be specified when 'hostNetwork' is true")];
  if (spec.hostIPC && ipcSysctls.test(name))
    return [invalid(path, name, "may not be specified when 'hostIPC' is true")];
  return [];
}
