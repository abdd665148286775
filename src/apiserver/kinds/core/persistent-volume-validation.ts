import { type corev1, dns1123SubdomainProblems } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { positiveAmount } from "../../validation/quantity-rules.ts";
import { immutableField, optionalText, sameJson } from "../../validation/rules.ts";
import { validateNodeSelector } from "./affinity-validation.ts";
import { validateAccessModes, volumeModes } from "./persistent-volume-claim-validation.ts";
import { validateHostPath, validateNetworkSource } from "./volume-source-validation.ts";

const reclaimPolicies = ["Delete", "Recycle", "Retain"];
const sources = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
] as const;

export function validatePersistentVolume({ spec }: corev1.PersistentVolume): FieldError[] {
  const path = field("spec");
  const errors: FieldError[] = [];
  if (!spec.accessModes?.length) errors.push(required(path.child("accessModes")));
  errors.push(...validateAccessModes(spec.accessModes ?? [], path.child("accessModes")));
  errors.push(...validateCapacity(spec, path.child("capacity")));
  const policy = spec.persistentVolumeReclaimPolicy;
  if (policy && !reclaimPolicies.includes(policy))
    errors.push(notSupported(path.child("persistentVolumeReclaimPolicy"), policy, reclaimPolicies));
  if (spec.nodeAffinity) {
    const at = path.child("nodeAffinity");
    if (spec.nodeAffinity.required)
      errors.push(...validateNodeSelector(spec.nodeAffinity.required, at.child("required")));
    else errors.push(required(at.child("required"), "must specify required node constraints"));
  }
  errors.push(...validateSources(spec, path));
  if (spec.local && !spec.nodeAffinity)
    errors.push(required(path.child("nodeAffinity"), "Local volume requires node affinity"));
  errors.push(...optionalText(spec.storageClassName, dns1123SubdomainProblems, path.child("storageClassName")));
  if (spec.volumeMode !== undefined && !volumeModes.includes(spec.volumeMode))
    errors.push(notSupported(path.child("volumeMode"), spec.volumeMode, volumeModes));
  return errors;
}

function validateCapacity({ capacity }: corev1.PersistentVolumeSpec, path: FieldPath): FieldError[] {
  if (!capacity || Object.keys(capacity).length === 0)
    return [required(path), notSupported(path, capacity ?? {}, ["storage"])];
  const storage = capacity["storage"];
  if (storage === undefined || Object.keys(capacity).length > 1) return [notSupported(path, capacity, ["storage"])];
  return positiveAmount(storage, path.key("storage"));
}

export function validateSources(spec: corev1.PersistentVolumeSpec, path: FieldPath): FieldError[] {
  const found = sources.filter((name) => spec[name] !== undefined);
  if (found.length === 0) return [required(path, "must specify a volume type")];
  return found.flatMap((name, position) => {
    const at = path.child(name);
    if (position > 0) return [forbidden(at, "may not specify more than 1 volume type")];
    return name === "hostPath" ? validateHostPath(spec.hostPath!, at) : validateNetworkSource(spec, name, at);
  });
}

export function validatePersistentVolumeUpdate(
  object: corev1.PersistentVolume,
  old: corev1.PersistentVolume,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status") return [];
  const errors = validatePersistentVolume(object);
  const path = field("spec");
  const source = (spec: corev1.PersistentVolumeSpec) => Object.fromEntries(sources.map((name) => [name, spec[name]]));
  if (!sameJson(source(object.spec), source(old.spec)))
    errors.push(
      forbidden(path.child("persistentvolumesource"), "spec.persistentvolumesource is immutable after creation\n"),
    );
  errors.push(...immutableField(object.spec.volumeMode, old.spec.volumeMode, path.child("volumeMode")));
  if (old.spec.nodeAffinity)
    errors.push(...immutableField(object.spec.nodeAffinity, old.spec.nodeAffinity, path.child("nodeAffinity")));
  return errors;
}
