/** Under which identity and with which rights a pod runs. */
import { corev1 } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, required } from "../../validation/field-error.ts";
import { eachItem, type FieldPath } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { inRange, presentWord } from "../../validation/rules.ts";
import { Seen } from "../../validation/seen.ts";
import { sharedSysctls } from "./pod-system-validation.ts";
import { localPath } from "./volume-mount-validation.ts";
import { validateWindowsOptions } from "./windows-options-validation.ts";

const largestId = 2147483647;
const sysctlPattern = /^[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$/;
const sysctlText = "([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?";

export function validatePodSecurity(spec: corev1.PodSpec, path: FieldPath, errors: FieldError[]): void {
  const context = spec.securityContext;
  if (spec.hostPID && spec.shareProcessNamespace) {
    const text = "ShareProcessNamespace and HostPID cannot both be enabled";
    errors.push(invalid(path.child("shareProcessNamespace"), true, text));
  }
  if (!context) return;
  validateId(context.fsGroup, "fsGroup", path, errors);
  validateId(context.runAsUser, "runAsUser", path, errors);
  validateId(context.runAsGroup, "runAsGroup", path, errors);
  if (context.supplementalGroups)
    eachItem(context.supplementalGroups, path.child("supplementalGroups"), (group, at) =>
      inRange(group, 0, largestId, at, errors),
    );
  if (context.sysctls) validateSysctls(context.sysctls, spec, path.child("sysctls"), errors);
  const { fsGroupChangePolicy, seLinuxChangePolicy, supplementalGroupsPolicy } = context;
  if (fsGroupChangePolicy !== undefined)
    presentWord(fsGroupChangePolicy, corev1.podFSGroupChangePolicy.enum, path.child("fsGroupChangePolicy"), errors);
  if (context.seccompProfile) validateSeccomp(context.seccompProfile, path.child("seccompProfile"), errors);
  if (context.windowsOptions) validateWindowsOptions(context.windowsOptions, path.child("windowsOptions"), errors);
  if (seLinuxChangePolicy !== undefined)
    presentWord(seLinuxChangePolicy, ["Recursive"], path.child("seLinuxChangePolicy"), errors);
  if (supplementalGroupsPolicy !== undefined)
    presentWord(
      supplementalGroupsPolicy,
      corev1.supplementalGroupsPolicy.enum,
      path.child("supplementalGroupsPolicy"),
      errors,
    );
  if (context.appArmorProfile) validateAppArmor(context.appArmorProfile, path.child("appArmorProfile"), errors);
}

function validateId(id: number | undefined, name: string, path: FieldPath, errors: FieldError[]): void {
  if (id !== undefined) inRange(id, 0, largestId, path.child(name), errors);
}

function validateSysctls(
  sysctls: readonly corev1.Sysctl[],
  spec: corev1.PodSpec,
  path: FieldPath,
  errors: FieldError[],
): void {
  const seen = new Seen<string>();
  eachItem(sysctls, path, ({ name }, item) => {
    const at = item.child("name");
    if (!name) errors.push(required(at));
    else if (!sysctlPattern.test(name) || name.length > 253)
      errors.push(invalid(at, name, `must have at most 253 characters and match regex ^${sysctlText}$`));
    else if (seen.again(name)) errors.push(duplicate(at, name));
    else errors.push(...sharedSysctls(spec, name, at));
  });
}

function validateSeccomp(
  { type, localhostProfile }: corev1.SeccompProfile,
  path: FieldPath,
  errors: FieldError[],
): void {
  const at = path.child("localhostProfile");
  if (type === "Localhost") {
    if (localhostProfile === undefined) errors.push(required(at, "must be set when seccomp type is Localhost"));
    else localPath(localhostProfile, at, errors);
    return;
  }
  if (type) presentWord(type, corev1.seccompProfileType.enum, path.child("type"), errors);
  else errors.push(required(path.child("type"), "type is required when seccompProfile is set"));
  if (localhostProfile === undefined) return;
  const printed = internalForm(corev1.seccompProfile, { type, localhostProfile });
  errors.push(invalid(at, printed, "can only be set when seccomp type is Localhost"));
}

function validateAppArmor(
  { type, localhostProfile }: corev1.AppArmorProfile,
  path: FieldPath,
  errors: FieldError[],
): void {
  const at = path.child("localhostProfile");
  if (!type) errors.push(required(path.child("type"), "type is required when appArmorProfile is set"));
  else if (type !== "Localhost") {
    if (localhostProfile !== undefined)
      errors.push(invalid(at, localhostProfile, "can only be set when AppArmor type is Localhost"));
    presentWord(type, corev1.appArmorProfileType.enum, path.child("type"), errors);
  } else if (!localhostProfile) errors.push(required(at, "must be set when AppArmor type is Localhost"));
  else if (localhostProfile.trim() !== localhostProfile)
    errors.push(invalid(at, localhostProfile, "must not be padded with whitespace"));
}

export function validateContainerSecurity(
  context: corev1.SecurityContext,
  spec: corev1.PodSpec,
  path: FieldPath,
  errors: FieldError[],
): void {
  validateId(context.runAsUser, "runAsUser", path, errors);
  validateId(context.runAsGroup, "runAsGroup", path, errors);
  if (context.procMount !== undefined) validateProcMount(context.procMount, spec, path.child("procMount"), errors);
  if (context.seccompProfile) validateSeccomp(context.seccompProfile, path.child("seccompProfile"), errors);
  if (context.allowPrivilegeEscalation === false) {
    const deny = (what: string) =>
      errors.push(
        invalid(
          path,
          internalForm(corev1.securityContext, context),
          `cannot set \`allowPrivilegeEscalation\` to false and ${what}`,
        ),
      );
    if (context.privileged) deny("`privileged` to true");
    if (context.capabilities?.add?.includes("CAP_SYS_ADMIN")) deny("`capabilities.Add` CAP_SYS_ADMIN");
  }
  if (context.windowsOptions) validateWindowsOptions(context.windowsOptions, path.child("windowsOptions"), errors);
  if (context.appArmorProfile) validateAppArmor(context.appArmorProfile, path.child("appArmorProfile"), errors);
}

function validateProcMount(
  procMount: corev1.ProcMountType,
  { hostUsers }: corev1.PodSpec,
  path: FieldPath,
  errors: FieldError[],
): void {
  presentWord(procMount, corev1.procMountType.enum, path, errors);
  if (procMount === "Unmasked" && hostUsers !== false)
    errors.push(invalid(path, procMount, "`hostUsers` must be false to use `Unmasked`"));
}
