/** Volumes of a pod. */
import {
  corev1,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  type metav1,
  parseQuantity,
} from "../../../api/mod.ts";
import { duplicate, type FieldError, forbidden, invalid, required } from "../../validation/field-error.ts";
import { FieldPath } from "../../validation/field-path.ts";
import { presentWord, requiredText } from "../../validation/rules.ts";
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
export function volumeKinds(volumes: readonly corev1.Volume[]): VolumeKinds {
  return new Map(
    volumes.map((volume) => {
      const claim = volume.persistentVolumeClaim !== undefined;
      return [volume.name, { claim, device: claim || volume.ephemeral !== undefined }];
    }),
  );
}

export interface JudgedVolumes {
  readonly errors: readonly FieldError[];
  /** Those without errors: only these can be mounted. */
  readonly sound: readonly corev1.Volume[];
}

export function validateVolumes(volumes: readonly corev1.Volume[], podName: string, path: FieldPath): JudgedVolumes {
  const names = new Set<string>();
  const judged = volumes.map((volume, position) => {
    const at = path.index(position);
    const errors = validateSource(volume, podName, at);
    const problems = requiredText(volume.name, dns1123LabelProblems, at.child("name"));
    if (problems.length === 0 && names.has(volume.name)) problems.push(duplicate(at.child("name"), volume.name));
    names.add(volume.name);
    return { volume, errors: [...errors, ...problems] };
  });
  return {
    errors: judged.flatMap(({ errors }) => errors),
    sound: judged.filter(({ errors }) => errors.length === 0).map(({ volume }) => volume),
  };
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

/** Nearly every volume has a name and one source. */
function sourcesOf(volume: corev1.Volume): readonly SourceName[] {
  const [first, second, ...others] = Object.keys(volume);
  const only = first === "name" ? second : second === "name" ? first : undefined;
  if (only !== undefined && others.length === 0) return isSource(only) && volume[only] !== undefined ? [only] : [];
  return sourceNames.filter((name) => volume[name] !== undefined);
}

const knownSources: ReadonlySet<string> = new Set(sourceNames);
const isSource = (name: string): name is SourceName => knownSources.has(name);

function validateSource(volume: corev1.Volume, podName: string, path: FieldPath): FieldError[] {
  const found = sourcesOf(volume);
  if (found.length === 0) return [required(path, "must specify a volume type")];
  return found.flatMap((name, position) =>
    position > 0
      ? [forbidden(path.child(name), "may not specify more than 1 volume type")]
      : validateOne(volume, name, podName, path.child(name)),
  );
}

function validateOne(volume: corev1.Volume, name: SourceName, podName: string, path: FieldPath): FieldError[] {
  switch (name) {
    case "emptyDir": {
      const limit = volume.emptyDir?.sizeLimit;
      const bad = limit !== undefined && parseQuantity(limit).sign() < 0;
      return bad ? [forbidden(path.child("sizeLimit"), "SizeLimit field must be a valid resource quantity")] : [];
    }
    case "hostPath":
      return validateHostPath(volume.hostPath!, path);
    case "secret":
      return [
        ...(volume.secret!.secretName ? [] : [required(path.child("secretName"))]),
        ...validateMode(volume.secret!.defaultMode, path.child("defaultMode")),
        ...validateKeyItems(volume.secret!.items, path.child("items")),
      ];
    case "configMap":
      return [
        ...(volume.configMap!.name ? [] : [required(path.child("name"))]),
        ...validateMode(volume.configMap!.defaultMode, path.child("defaultMode")),
        ...validateKeyItems(volume.configMap!.items, path.child("items")),
      ];
    case "downwardAPI":
      return [
        ...validateMode(volume.downwardAPI!.defaultMode, path.child("defaultMode")),
        ...validateDownwardItems(volume.downwardAPI!.items, path),
      ];
    case "projected":
      return validateProjected(volume.projected!, path);
    case "persistentVolumeClaim":
      return volume.persistentVolumeClaim!.claimName ? [] : [required(path.child("claimName"))];
    case "ephemeral":
      return validateEphemeral(volume, podName, path);
    case "csi":
      return validateInlineDriver(volume.csi!, path);
    case "gcePersistentDisk":
      // Upstream has another name for it there.
      return validateNetworkSource(
        volume,
        name,
        new FieldPath(path.toString().replace(/gcePersistentDisk$/, "persistentDisk")),
      );
    case "image":
      return validateImageSource(volume.image!, path);
    default:
      return validateNetworkSource(volume, name, path);
  }
}

function validateInlineDriver(source: corev1.CSIVolumeSource, path: FieldPath): FieldError[] {
  const errors = requiredText(source.driver, dns1123SubdomainProblems, path.child("driver"));
  if (source.nodePublishSecretRef && !source.nodePublishSecretRef.name)
    errors.push(required(path.child("nodePublishSecretRef", "name")));
  return errors;
}

function validateImageSource(source: corev1.ImageVolumeSource, path: FieldPath): FieldError[] {
  const errors = source.reference ? [] : [required(path.child("reference"))];
  const policies: readonly string[] = corev1.pullPolicy.enum;
  errors.push(...presentWord(source.pullPolicy, policies, path.child("pullPolicy")));
  return errors;
}

/** The claim is named after the pod and the volume; only labels and annotations are the template's. */
function forbiddenMetadata(metadata: Partial<metav1.ObjectMeta> | undefined, path: FieldPath): FieldError[] {
  return Object.keys(metadata ?? {})
    .filter((key) => key !== "labels" && key !== "annotations")
    .map((key) => forbidden(path.child(key), "cannot be set"));
}

function validateEphemeral({ name, ephemeral }: corev1.Volume, podName: string, path: FieldPath): FieldError[] {
  const template = ephemeral?.volumeClaimTemplate;
  if (!template) return [required(path.child("volumeClaimTemplate"))];
  const errors = forbiddenMetadata(template.metadata, path.child("volumeClaimTemplate", "metadata"));
  errors.push(...validateClaimSpec(template.spec, path.child("volumeClaimTemplate", "spec")));
  const claim = `${podName}-${name}`;
  if (podName !== "")
    for (const problem of dns1123SubdomainProblems(claim))
      errors.push(invalid(path.child("name"), name, `PVC name ${JSON.stringify(claim)}: ${problem}`));
  return errors;
}
