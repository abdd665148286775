/** Sources that pods and persistent volumes have in common. */
import { corev1 } from "../../../api/mod.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { presentWord } from "../../validation/rules.ts";
import { missingTexts, sourceRules } from "./volume-source-rules.ts";

const hostPathTypes: readonly string[] = corev1.hostPathType.enum;

export function validateHostPath(
  source: corev1.HostPathVolumeSource,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  if (source.path) {
    if (source.path.split("/").includes(".."))
      errors.push(invalid(path.child("path"), source.path, "must not contain '..'"));
    return presentWord(source.type, hostPathTypes, path.child("type"), errors);
  }
  errors.push(required(path.child("path")));
  return errors;
}

/** Which fields each of the other sources cannot do without. */
const requiredFields: Readonly<Record<string, readonly string[]>> = Object.freeze({
  gitRepo: ["repository"],
  gcePersistentDisk: ["pdName"],
  awsElasticBlockStore: ["volumeID"],
  nfs: ["server", "path"],
  iscsi: ["targetPortal", "iqn"],
  glusterfs: ["endpoints", "path"],
  flexVolume: ["driver"],
  cephfs: ["monitors"],
  quobyte: ["registry", "volume"],
  rbd: ["monitors", "image"],
  cinder: ["volumeID"],
  azureFile: ["secretName", "shareName"],
  vsphereVolume: ["volumePath"],
  photonPersistentDisk: ["pdID"],
  portworxVolume: ["volumeID"],
  azureDisk: ["diskName", "diskURI"],
  scaleIO: ["gateway", "system", "volumeName"],
  csi: ["driver", "volumeHandle"],
  storageos: ["volumeName"],
  local: ["path"],
});

export function validateNetworkSource(holder: object, name: string, path: FieldPath): FieldError[] {
  const source = (holder as Record<string, Record<string, unknown>>)[name] ?? {};
  const errors = (requiredFields[name] ?? [])
    .filter((key) => isEmpty(source[key]))
    .map((key) => required(path.child(key), missingTexts[`${name}.${key}`]));
  errors.push(...(sourceRules[name]?.(source as never, path) ?? []));
  return errors;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}
