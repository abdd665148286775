/** Where a container sees volumes. */
import { corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid, notFound, required } from "../../validation/field-error.ts";
import { eachItem, type FieldPath } from "../../validation/field-path.ts";
import { presentWord } from "../../validation/rules.ts";
import { Seen } from "../../validation/seen.ts";

/** By name, whether the volume may be a block device. */
export type VolumeKinds = ReadonlyMap<string, boolean>;

const propagations: readonly string[] = corev1.mountPropagationMode.enum;

export function validateVolumeMounts(
  container: corev1.Container,
  volumes: VolumeKinds,
  path: FieldPath,
  errors: FieldError[],
): void {
  const points = new Seen<string>();
  const devices = devicesOf(container);
  eachItem(container.volumeMounts, path, (mount, at) => {
    if (!mount.name) errors.push(required(at.child("name")));
    if (!volumes.has(mount.name)) errors.push(notFound(at.child("name"), mount.name));
    if (!mount.mountPath) errors.push(required(at.child("mountPath")));
    if (points.again(mount.mountPath)) errors.push(invalid(at.child("mountPath"), mount.mountPath, "must be unique"));
    if (devices) notAlsoDevice(mount, devices, at, errors);
    if (mount.subPath) localPath(mount.subPath, path.child("subPath"), errors);
    if (mount.subPathExpr) validateExpression(mount.subPathExpr, mount.subPath, path, at, errors);
    if (mount.mountPropagation !== undefined)
      validatePropagation(mount.mountPropagation, container, path.child("mountPropagation"), errors);
    if (mount.recursiveReadOnly !== undefined) validateReadOnly(mount, path.child("recursiveReadOnly"), errors);
  });
}

interface Devices {
  readonly names: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
}

function devicesOf({ volumeDevices }: corev1.Container): Devices | undefined {
  return (
    volumeDevices && {
      names: new Set(volumeDevices.map(({ name }) => name)),
      paths: new Set(volumeDevices.map(({ devicePath }) => devicePath)),
    }
  );
}

function notAlsoDevice(
  { name, mountPath }: corev1.VolumeMount,
  { names, paths }: Devices,
  at: FieldPath,
  errors: FieldError[],
): void {
  if (names.has(name)) errors.push(invalid(at.child("name"), name, "must not already exist in volumeDevices"));
  if (paths.has(mountPath))
    errors.push(invalid(at.child("mountPath"), mountPath, "must not already exist as a path in volumeDevices"));
}

/** Most errors of a mount are reported at the list, as clients know them. */
function validateExpression(
  subPathExpr: string,
  subPath: string | undefined,
  path: FieldPath,
  at: FieldPath,
  errors: FieldError[],
): void {
  if (subPath)
    errors.push(invalid(at.child("subPathExpr"), subPathExpr, "subPathExpr and subPath are mutually exclusive"));
  localPath(subPathExpr, path.child("subPathExpr"), errors);
}

function validatePropagation(
  propagation: corev1.MountPropagationMode,
  { securityContext }: corev1.Container,
  at: FieldPath,
  errors: FieldError[],
): void {
  presentWord(propagation, propagations, at, errors);
  if (propagation === "Bidirectional" && !securityContext?.privileged)
    errors.push(forbidden(at, "Bidirectional mount propagation is available only to privileged containers"));
}

/** Upstream does not say which mount. */
function validateReadOnly(mount: corev1.VolumeMount, at: FieldPath, errors: FieldError[]): void {
  const wanted = mount.recursiveReadOnly;
  presentWord(wanted, ["Disabled", "Enabled", "IfPossible"], at, errors);
  if (wanted !== "Enabled" && wanted !== "IfPossible") return;
  if (!mount.readOnly) errors.push(forbidden(at, "may only be specified when readOnly is true"));
  if (mount.mountPropagation && mount.mountPropagation !== "None")
    errors.push(forbidden(at, "may only be specified when mountPropagation is None or not specified"));
}

export function validateVolumeDevices(
  container: corev1.Container,
  volumes: VolumeKinds,
  path: FieldPath,
  errors: FieldError[],
): void {
  const [names, points] = [new Seen<string>(), new Seen<string>()];
  const mounted = {
    names: new Set(container.volumeMounts?.map((mount) => mount.name)),
    paths: new Set(container.volumeMounts?.map((mount) => mount.mountPath)),
  };
  eachItem(container.volumeDevices, path, ({ name, devicePath }, at) => {
    if (!name) errors.push(required(at.child("name")));
    if (names.again(name)) errors.push(invalid(at.child("name"), name, "must be unique"));
    const mayBeDevice = volumes.get(name);
    if (mayBeDevice === false)
      errors.push(
        invalid(
          at.child("name"),
          name,
          "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode",
        ),
      );
    if (mayBeDevice === undefined) errors.push(notFound(at.child("name"), name));
    if (!devicePath) errors.push(required(at.child("devicePath")));
    if (points.again(devicePath)) errors.push(invalid(at.child("devicePath"), devicePath, "must be unique"));
    if (devicePath?.split("/").includes(".."))
      errors.push(invalid(at.child("devicePath"), devicePath, "can not contain backsteps ('..')"));
    if (mounted.names.has(name)) errors.push(invalid(at.child("name"), name, "must not already exist in volumeMounts"));
    if (mounted.paths.has(devicePath))
      errors.push(invalid(at.child("devicePath"), devicePath, "must not already exist as a path in volumeMounts"));
  });
}

/** A file of a volume, whose own files begin with two dots. */
export function filePath(target: string, path: FieldPath, errors: FieldError[]): void {
  localPath(target, path, errors);
  if (target.startsWith("..") && !target.startsWith("../"))
    errors.push(invalid(path, target, "must not start with '..'"));
}

/** A path that stays below where it starts. */
export function localPath(target: string, path: FieldPath, errors: FieldError[] = []): FieldError[] {
  if (target.startsWith("/")) errors.push(invalid(path, target, "must be a relative path"));
  if (target.includes("..") && target.split("/").includes(".."))
    errors.push(invalid(path, target, "must not contain '..'"));
  return errors;
}
