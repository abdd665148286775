/** Under which identity and with which rights a pod runs. */
import { corev1 } from "../../../api/mod.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { inRange, presentWord } from "../../validation/rules.ts";
import { sharedSysctls } from "./pod-system-validation.ts";
import { localPath } from "./volume-mount-validation.ts";
import { validateWindowsOptions } from "./windows-options-validation.ts";

const largestId = 2147483647;
const sysctlPattern = /^[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$/;
const sysctlText = "([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?";

export function validatePodSecurity(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const context = spec.securityContext;
  const errors: FieldError[] = [];
  if (spec.hostPID && spec.shareProcessNamespace) {
    const text = "ShareProcessNamespace and HostPID cannot both be enabled";
    errors.push(invalid(path.child("shareProcessNamespace"), true, text));
  }
  if (!context) return errors;
  errors.push(...ids(context, ["fsGroup", "runAsUser", "runAsGroup"], path));
  for (const [position, group] of (context.supplementalGroups ?? []).entries())
    errors.push(...inRange(group, 0, largestId, path.child("supplementalGroups").index(position)));
  errors.push(...validateSysctls(spec, path.child("sysctls")));
  errors.push(
    ...presentWord(context.fsGroupChangePolicy, corev1.podFSGroupChangePolicy.enum, path.child("fsGroupChangePolicy")),
  );
  errors.push(...validateSeccomp(context.seccompProfile, path.child("seccompProfile")));
  errors.push(...validateWindowsOptions(context.windowsOptions, path.child("windowsOptions")));
  errors.push(...presentWord(context.seLinuxChangePolicy, ["Recursive"], path.child("seLinuxChangePolicy")));
  errors.push(
    ...presentWord(
      context.supplementalGroupsPolicy,
      corev1.supplementalGroupsPolicy.enum,
      path.child("supplementalGroupsPolicy"),
    ),
  );
  errors.push(...validateAppArmor(context.appArmorProfile, path.child("appArmorProfile")));
  return errors;
}

type Ids = { readonly [K in "fsGroup" | "runAsUser" | "runAsGroup"]?: number };

function ids(context: Ids, keys: readonly (keyof Ids)[], path: FieldPath): FieldError[] {
  return keys.flatMap((key) => inRange(context[key], 0, largestId, path.child(key)));
}

function validateSysctls(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return (spec.securityContext?.sysctls ?? []).flatMap(({ name }, position) => {
    const at = path.index(position).child("name");
    if (!name) return [required(at)];
    if (!sysctlPattern.test(name) || name.length > 253)
      return [invalid(at, name, `must have at most 253 characters and match regex ^${sysctlText}$`)];
    if (seen.has(name))
      return [
        { reason: "FieldValueDuplicate", field: at.toString(), message: `Duplicate value: ${JSON.stringify(name)}` },
      ];
    seen.add(name);
    return sharedSysctls(spec, name, at);
  });
}

function validateSeccomp(profile: corev1.SeccompProfile | undefined, path: FieldPath): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const errors = type
    ? presentWord(type, corev1.seccompProfileType.enum, path.child("type"))
    : [required(path.child("type"), "type is required when seccompProfile is set")];
  if (type === "Localhost") {
    if (localhostProfile === undefined)
      return [required(path.child("localhostProfile"), "must be set when seccomp type is Localhost")];
    return localPath(localhostProfile, path.child("localhostProfile"));
  }
  if (localhostProfile === undefined) return errors;
  const printed = internalForm(corev1.seccompProfile, profile);
  return [
    ...errors,
    invalid(path.child("localhostProfile"), printed, "can only be set when seccomp type is Localhost"),
  ];
}

function validateAppArmor(profile: corev1.AppArmorProfile | undefined, path: FieldPath): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  if (!type) return [required(path.child("type"), "type is required when appArmorProfile is set")];
  const at = path.child("localhostProfile");
  if (type === "Localhost") {
    if (!localhostProfile) return [required(at, "must be set when AppArmor type is Localhost")];
    const isPadded = localhostProfile.trim() !== localhostProfile;
    return isPadded ? [invalid(at, localhostProfile, "must not be padded with whitespace")] : [];
  }
  const errors =
    localhostProfile === undefined
      ? []
      : [invalid(at, localhostProfile, "can only be set when AppArmor type is Localhost")];
  return [...errors, ...presentWord(type, corev1.appArmorProfileType.enum, path.child("type"))];
}

export function validateContainerSecurity(
  context: corev1.SecurityContext | undefined,
  spec: corev1.PodSpec,
  path: FieldPath,
): FieldError[] {
  if (!context) return [];
  const errors = ids(context, ["runAsUser", "runAsGroup"], path);
  errors.push(...validateProcMount(context, spec, path.child("procMount")));
  errors.push(...validateSeccomp(context.seccompProfile, path.child("seccompProfile")));
  if (context.allowPrivilegeEscalation === false) {
    const printed = internalForm(corev1.securityContext, context);
    if (context.privileged)
      errors.push(invalid(path, printed, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
    if (context.capabilities?.add?.includes("CAP_SYS_ADMIN"))
      errors.push(
        invalid(path, printed, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"),
      );
  }
  return [
    ...errors,
    ...validateWindowsOptions(context.windowsOptions, path.child("windowsOptions")),
    ...validateAppArmor(context.appArmorProfile, path.child("appArmorProfile")),
  ];
}

function validateProcMount({ procMount }: corev1.SecurityContext, spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  if (procMount === undefined) return [];
  const errors = presentWord(procMount, corev1.procMountType.enum, path);
  if (procMount === "Unmasked" && spec.hostUsers !== false)
    errors.push(invalid(path, procMount, "`hostUsers` must be false to use `Unmasked`"));
  return errors;
}
