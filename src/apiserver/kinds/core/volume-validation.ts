/** Volumes of a pod. */
import {
  corev1,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  type metav1,
  parseQuantity,
} from "../../../api/mod.ts";
import { duplicate, type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import { eachItem, FieldPath } from "../../validation/field-path.ts";
import { presentWord, requiredText } from "../../validation/rules.ts";
import { Seen } from "../../validation/seen.ts";
import { validateClaimSpec } from "./persistent-volume-claim-validation.ts";
import {
  validateDownwardItems,
  validateKeyItems,
  validateMode,
  validateProjected,
} from "./projected-volume-validation.ts";
import type { VolumeKinds } from "./volume-mount-validation.ts";
import { validateHostPath, validateNetworkSource } from "./volume-source-validation.ts";

/** What sources there are by name, for the mounts. */
export function volumeKinds(volumes: readonly corev1.Volume[] | undefined): VolumeKinds {
  return new Map(volumes?.map((volume) => [volume.name, mayBeDevice(volume)]));
}

function mayBeDevice({ persistentVolumeClaim, ephemeral }: corev1.Volume): boolean {
  return persistentVolumeClaim !== undefined || ephemeral !== undefined;
}

/** Answers those without errors: only these can be mounted. */
export function validateVolumes(
  volumes: readonly corev1.Volume[] | undefined,
  podName: string,
  path: FieldPath,
  errors: FieldError[],
): VolumeKinds {
  const sound = new Map<string, boolean>();
  const names = new Seen<string>();
  eachItem(volumes, path, (volume, at) => {
    const before = errors.length;
    validateSource(volume, podName, at, errors);
    const problems = requiredText(volume.name, dns1123LabelProblems, at.child("name"));
    if (names.again(volume.name) && problems.length === 0) problems.push(duplicate(at.child("name"), volume.name));
    errors.push(...problems);
    if (errors.length === before) sound.set(volume.name, mayBeDevice(volume));
  });
  return sound;
}

type SourceName = Exclude<keyof corev1.Volume, "name">;

const sourceNames: readonly SourceName[] = [
  "emptyDir",
  "hostPath",
  "gitRepo",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "secret",
  "nfs",
  "iscsi",
  "glusterfs",
  "flexVolume",
  "configMap",
  "cephfs",
  "quobyte",
  "downwardAPI",
  "fc",
  "flocker",
  "rbd",
  "cinder",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "storageos",
  "projected",
  "scaleIO",
  "csi",
  "ephemeral",
  "persistentVolumeClaim",
  "image",
];

const knownSources: ReadonlySet<string> = new Set(sourceNames);

/** Nearly every volume has one. */
function sourcesOf(volume: corev1.Volume): readonly SourceName[] {
  const found = (Object.keys(volume) as SourceName[]).filter(
    (name) => knownSources.has(name) && volume[name] !== undefined,
  );
  return found.length > 1 ? sourceNames.filter((name) => found.includes(name)) : found;
}

function validateSource(volume: corev1.Volume, podName: string, path: FieldPath, errors: FieldError[]): void {
  const found = sourcesOf(volume);
  const name = found[0];
  if (name === undefined) errors.push(required(path, "must specify a volume type"));
  else validateOne(volume, name, podName, path.child(name), errors);
  for (const other of found.slice(1))
    errors.push(forbidden(path.child(other), "may not specify more than 1 volume type"));
}

function validateOne(
  volume: corev1.Volume,
  name: SourceName,
  podName: string,
  path: FieldPath,
  errors: FieldError[],
): void {
  switch (name) {
    case "emptyDir": {
      const limit = volume.emptyDir?.sizeLimit;
      if (limit !== undefined && parseQuantity(limit).sign() < 0)
        errors.push(forbidden(path.child("sizeLimit"), "SizeLimit field must be a valid resource quantity"));
      return;
    }
    case "hostPath":
      validateHostPath(volume.hostPath!, path, errors);
      return;
    case "secret": {
      const { secretName, defaultMode, items } = volume.secret!;
      if (!secretName) errors.push(required(path.child("secretName")));
      validateMode(defaultMode, path.child("defaultMode"), errors);
      validateKeyItems(items, path.child("items"), errors);
      return;
    }
    case "configMap": {
      const { name: configMap, defaultMode, items } = volume.configMap!;
      if (!configMap) errors.push(required(path.child("name")));
      validateMode(defaultMode, path.child("defaultMode"), errors);
      validateKeyItems(items, path.child("items"), errors);
      return;
    }
    case "downwardAPI":
      validateMode(volume.downwardAPI!.defaultMode, path.child("defaultMode"), errors);
      validateDownwardItems(volume.downwardAPI!.items, path, errors);
      return;
    case "projected":
      validateProjected(volume.projected!, path, errors);
      return;
    case "persistentVolumeClaim":
      if (!volume.persistentVolumeClaim!.claimName) errors.push(required(path.child("claimName")));
      return;
    case "ephemeral":
      validateEphemeral(volume, podName, path, errors);
      return;
    case "csi":
      validateInlineDriver(volume.csi!, path, errors);
      return;
    case "gcePersistentDisk": {
      // Upstream has another name for it there.
      const at = new FieldPath(path.toString().replace(/gcePersistentDisk$/, "persistentDisk"));
      errors.push(...validateNetworkSource(volume, name, at));
      return;
    }
    case "image":
      validateImageSource(volume.image!, path, errors);
      return;
    default:
      errors.push(...validateNetworkSource(volume, name, path));
  }
}

function validateInlineDriver(source: corev1.CSIVolumeSource, path: FieldPath, errors: FieldError[]): void {
  requiredText(source.driver, dns1123SubdomainProblems, path.child("driver"), errors);
  if (source.nodePublishSecretRef && !source.nodePublishSecretRef.name)
    errors.push(required(path.child("nodePublishSecretRef", "name")));
}

function validateImageSource(source: corev1.ImageVolumeSource, path: FieldPath, errors: FieldError[]): void {
  if (!source.reference) errors.push(required(path.child("reference")));
  presentWord(source.pullPolicy, corev1.pullPolicy.enum, path.child("pullPolicy"), errors);
}

/** The claim is named after the pod and the volume; only labels and annotations are the template's. */
function forbiddenMetadata(metadata: Partial<metav1.ObjectMeta> | undefined, path: FieldPath): FieldError[] {
  return Object.keys(metadata ?? {})
    .filter((key) => key !== "labels" && key !== "annotations")
    .map((key) => forbidden(path.child(key), "cannot be set"));
}

function validateEphemeral(
  { name, ephemeral }: corev1.Volume,
  podName: string,
  path: FieldPath,
  errors: FieldError[],
): void {
  const template = ephemeral?.volumeClaimTemplate;
  if (!template) {
    errors.push(required(path.child("volumeClaimTemplate")));
    return;
  }
  errors.push(...forbiddenMetadata(template.metadata, path.child("volumeClaimTemplate", "metadata")));
  errors.push(...validateClaimSpec(template.spec, path.child("volumeClaimTemplate", "spec")));
  const claim = `${podName}-${name}`;
  if (podName !== "")
    for (const problem of dns1123SubdomainProblems(claim))
      errors.push(invalid(path.child("name"), name, `PVC name ${JSON.stringify(claim)}: ${problem}`));
}
