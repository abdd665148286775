import { corev1, dns1123SubdomainProblems, givenEmpty } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { positiveAmount, wholeAmount } from "../../validation/quantity-rules.ts";
import { immutableField, optionalText, presentWord, sameJson } from "../../validation/rules.ts";
import { unifiedDiff } from "../../validation/text-diff.ts";
import { validateNodeSelector } from "./affinity-validation.ts";
import { validateAccessModes, volumeModes } from "./persistent-volume-claim-validation.ts";
import { validateHostPath, validateNetworkSource } from "./volume-source-validation.ts";

const reclaimPolicies: readonly string[] = corev1.persistentVolumeReclaimPolicy.enum;
/** In the order in which upstream looks: of two the later one is refused. */
const sources = [
  "hostPath",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "glusterfs",
  "flocker",
  "nfs",
  "rbd",
  "quobyte",
  "cephfs",
  "iscsi",
  "cinder",
  "fc",
  "flexVolume",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "scaleIO",
  "local",
  "storageos",
  "csi",
] as const;

const mountOptions = "volume.beta.kubernetes.io/mount-options";
/** Sources that upstream once mounted itself, with options of the caller's. */
const withOptions: ReadonlySet<string> = new Set([
  ...["gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "nfs", "rbd", "quobyte", "cephfs", "iscsi", "cinder"],
  ...["azureFile", "vsphereVolume", "azureDisk"],
]);

function validateMountOptions({ metadata, spec }: corev1.PersistentVolume): FieldError[] {
  if (metadata.annotations?.[mountOptions] === undefined || Object.keys(spec).some((key) => withOptions.has(key)))
    return [];
  const at = field("metadata", "annotations", mountOptions);
  return [forbidden(at, "may not specify mount options for this volume type")];
}

export function validatePersistentVolume(volume: corev1.PersistentVolume): FieldError[] {
  const { spec } = volume;
  const path = field("spec");
  const errors = validateMountOptions(volume);
  if (!spec.accessModes?.length) errors.push(required(path.child("accessModes")));
  errors.push(...validateAccessModes(spec.accessModes ?? [], path.child("accessModes")));
  errors.push(...validateCapacity(spec, path.child("capacity")));
  const policy = spec.persistentVolumeReclaimPolicy;
  if (policy && !reclaimPolicies.includes(policy))
    errors.push(notSupported(path.child("persistentVolumeReclaimPolicy"), policy, reclaimPolicies));
  if (spec.nodeAffinity) {
    const at = path.child("nodeAffinity");
    if (spec.nodeAffinity.required) validateNodeSelector(spec.nodeAffinity.required, at.child("required"), errors);
    else errors.push(required(at.child("required"), "must specify required node constraints"));
  }
  errors.push(...validateSources(spec, path));
  if (spec.local && !spec.nodeAffinity)
    errors.push(required(path.child("nodeAffinity"), "Local volume requires node affinity"));
  optionalText(spec.storageClassName, dns1123SubdomainProblems, path.child("storageClassName"), errors);
  if (spec.volumeAttributesClassName === "")
    errors.push(required(path.child("volumeAttributesClassName"), "an empty string is disallowed"));
  if (spec.volumeAttributesClassName !== undefined && !spec.csi)
    errors.push(required(path.child("csi"), "has to be specified when using volumeAttributesClassName"));
  if (spec.hostPath?.path === "/" && policy === "Recycle")
    errors.push(
      forbidden(path.child("persistentVolumeReclaimPolicy"), "may not be 'recycle' for a hostPath mount of '/'"),
    );
  presentWord(spec.volumeMode, volumeModes, path.child("volumeMode"), errors);
  return errors;
}

function validateCapacity(spec: corev1.PersistentVolumeSpec, path: FieldPath): FieldError[] {
  const { capacity } = spec;
  if (!capacity || Object.keys(capacity).length === 0)
    return [required(path), notSupported(path, givenEmpty(spec, "capacity"), ["storage"])];
  const storage = capacity["storage"];
  if (storage === undefined || Object.keys(capacity).length > 1)
    return [notSupported(path, sortedKeys(capacity), ["storage"])];
  return [...wholeAmount(storage, path.key("storage")), ...positiveAmount(storage, path.key("storage"))];
}

function sortedKeys(amounts: Readonly<Record<string, string>>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.keys(amounts)
      .sort()
      .map((name) => [name, amounts[name]]),
  );
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

const immutableText = "field is immutable";

function sourceDiff(old: corev1.PersistentVolumeSpec, spec: corev1.PersistentVolumeSpec): string {
  const text = (value: unknown) => JSON.stringify(internalForm(corev1.persistentVolumeSource, value), undefined, 1);
  return unifiedDiff(text(old), text(spec));
}

export function validatePersistentVolumeUpdate(
  object: corev1.PersistentVolume,
  old: corev1.PersistentVolume,
  context: RequestContext,
): FieldError[] {
  if (context.subresource === "status") return [];
  // Upstream looks twice, and says so.
  const errors = [...validatePersistentVolume(object), ...validatePersistentVolume(object)];
  const path = field("spec");
  const source = (spec: corev1.PersistentVolumeSpec) => Object.fromEntries(sources.map((name) => [name, spec[name]]));
  if (!sameJson(source(object.spec), source(old.spec)))
    errors.push(
      forbidden(
        path.child("persistentvolumesource"),
        `spec.persistentvolumesource is immutable after creation\n${sourceDiff(old.spec, object.spec)}`,
      ),
    );
  errors.push(...immutableField(object.spec.volumeMode, old.spec.volumeMode, field("volumeMode")));
  const affinity = object.spec.nodeAffinity;
  if (old.spec.nodeAffinity && !sameJson(affinity, old.spec.nodeAffinity)) {
    const printed = internalForm(corev1.volumeNodeAffinity, affinity);
    errors.push(invalid(field("nodeAffinity"), printed, `${immutableText}, except for updating from beta label to GA`));
  }
  return errors;
}
