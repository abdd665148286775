/** Where a container sees volumes. */
import { corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, notFound, notSupported, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";

/** By name, whether the volume may be a block device. */
export type VolumeKinds = ReadonlyMap<string, { readonly claim: boolean; readonly device: boolean }>;

const propagations: readonly string[] = corev1.mountPropagationMode.enum;

export function validateVolumeMounts(
  container: corev1.Container,
  volumes: VolumeKinds,
  privileged: boolean,
  path: FieldPath,
): FieldError[] {
  const points = new Set<string>();
  return (container.volumeMounts ?? []).flatMap((mount, position) => {
    const at = path.index(position);
    const errors: FieldError[] = mount.name ? [] : [required(at.child("name"))];
    if (!volumes.has(mount.name)) errors.push(notFound(at.child("name"), mount.name));
    if (!mount.mountPath) errors.push(required(at.child("mountPath")));
    if (points.has(mount.mountPath)) errors.push(invalid(at.child("mountPath"), mount.mountPath, "must be unique"));
    points.add(mount.mountPath);
    if (container.volumeDevices?.some((device) => device.name === mount.name))
      errors.push(invalid(at.child("name"), mount.name, "must not already exist in volumeDevices"));
    if (container.volumeDevices?.some((device) => device.devicePath === mount.mountPath))
      errors.push(invalid(at.child("mountPath"), mount.mountPath, "must not already exist as a path in volumeDevices"));
    return [
      ...errors,
      ...validateSubPath(mount, path, at),
      ...validatePropagation(mount, privileged, path),
      ...validateReadOnly(mount, path),
    ];
  });
}

/** Most errors of a mount are reported at the list, as clients know them. */
function validateSubPath({ subPath, subPathExpr }: corev1.VolumeMount, path: FieldPath, at: FieldPath): FieldError[] {
  const errors = subPath ? localPath(subPath, path.child("subPath")) : [];
  if (!subPathExpr) return errors;
  if (subPath)
    errors.push(invalid(at.child("subPathExpr"), subPathExpr, "subPathExpr and subPath are mutually exclusive"));
  return [...errors, ...localPath(subPathExpr, path.child("subPathExpr"))];
}

function validatePropagation(
  { mountPropagation }: corev1.VolumeMount,
  privileged: boolean,
  path: FieldPath,
): FieldError[] {
  if (mountPropagation === undefined) return [];
  const at = path.child("mountPropagation");
  if (!propagations.includes(mountPropagation)) return [notSupported(at, mountPropagation, propagations)];
  if (mountPropagation !== "Bidirectional" || privileged) return [];
  return [forbidden(at, "Bidirectional mount propagation is available only to privileged containers")];
}

/** Upstream does not say which mount. */
function validateReadOnly(mount: corev1.VolumeMount, path: FieldPath): FieldError[] {
  const wanted = mount.recursiveReadOnly;
  if (wanted === undefined || wanted === "Disabled") return [];
  const at = path.child("recursiveReadOnly");
  if (wanted !== "Enabled" && wanted !== "IfPossible")
    return [notSupported(at, wanted, ["Disabled", "Enabled", "IfPossible"])];
  const errors: FieldError[] = [];
  if (!mount.readOnly) errors.push(forbidden(at, "may only be specified when readOnly is true"));
  if (mount.mountPropagation && mount.mountPropagation !== "None")
    errors.push(forbidden(at, "may only be specified when mountPropagation is None or not specified"));
  return errors;
}

export function validateVolumeDevices(
  container: corev1.Container,
  volumes: VolumeKinds,
  path: FieldPath,
): FieldError[] {
  const [names, points] = [new Set<string>(), new Set<string>()];
  return (container.volumeDevices ?? []).flatMap(({ name, devicePath }, position) => {
    const at = path.index(position);
    const errors: FieldError[] = [];
    if (!name) errors.push(required(at.child("name")));
    if (names.has(name)) errors.push(invalid(at.child("name"), name, "must be unique"));
    const kind = volumes.get(name);
    if (kind && !kind.device)
      errors.push(
        invalid(
          at.child("name"),
          name,
          "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode",
        ),
      );
    if (!kind) errors.push(notFound(at.child("name"), name));
    if (!devicePath) errors.push(required(at.child("devicePath")));
    if (points.has(devicePath)) errors.push(invalid(at.child("devicePath"), devicePath, "must be unique"));
    if (devicePath?.split("/").includes(".."))
      errors.push(invalid(at.child("devicePath"), devicePath, "can not contain backsteps ('..')"));
    if (container.volumeMounts?.some((mount) => mount.name === name))
      errors.push(invalid(at.child("name"), name, "must not already exist in volumeMounts"));
    names.add(name);
    points.add(devicePath);
    return errors;
  });
}

/** A path that stays below where it starts. */
/** A file of a volume, whose own files begin with two dots. */
export function filePath(target: string, path: FieldPath): FieldError[] {
  const errors = localPath(target, path);
  const isReserved = target.startsWith("..") && !target.startsWith("../");
  return isReserved ? [...errors, invalid(path, target, "must not start with '..'")] : errors;
}

export function localPath(target: string, path: FieldPath): FieldError[] {
  if (target.startsWith("/")) return [invalid(path, target, "must be a relative path")];
  return target.split("/").includes("..") ? [invalid(path, target, "must not contain '..'")] : [];
}
