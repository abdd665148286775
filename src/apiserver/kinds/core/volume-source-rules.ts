/** What the sources of volumes ask of their fields, beside those that each cannot do without. One entry a source. */
import { corev1, dns1123SubdomainProblems } from "../../../api/mod.ts";
import { type FieldError, invalid, notSupported, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { inRange, presentWord, textErrors } from "../../validation/rules.ts";
import { localPath } from "./volume-mount-validation.ts";

type Rules = { readonly [name: string]: ((source: never, path: FieldPath) => FieldError[]) | undefined };

const blobPattern = /^https:\/\//;
const blobText = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";
const managedPattern = /^\/subscriptions\//;
const managedText = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
const quobyteText = "must be a host:port pair or multiple pairs separated by commas";

function partition(value: number | undefined, path: FieldPath): FieldError[] {
  return value ? inRange(value, 1, 255, path.child("partition")) : [];
}

function secretReference(reference: corev1.SecretReference | undefined, path: FieldPath): FieldError[] {
  if (!reference) return [];
  const missing = (["name", "namespace"] as const).filter((key) => !reference[key]);
  return missing.map((key) => required(path.child(key)));
}

export const sourceRules: Rules = Object.freeze({
  gitRepo: ({ directory }: corev1.GitRepoVolumeSource, path: FieldPath) =>
    directory ? localPath(directory, path.child("directory")) : [],
  gcePersistentDisk: (source: corev1.GCEPersistentDiskVolumeSource, path: FieldPath) =>
    partition(source.partition, path),
  awsElasticBlockStore: (source: corev1.AWSElasticBlockStoreVolumeSource, path: FieldPath) =>
    partition(source.partition, path),
  nfs: (source: corev1.NFSVolumeSource, path: FieldPath) =>
    source.path?.startsWith("/") ? [] : [invalid(path.child("path"), source.path ?? "", "must be an absolute path")],
  iscsi,
  fc,
  flocker,
  azureDisk,
  quobyte,
  flexVolume: ({ options }: corev1.FlexVolumeSource, path: FieldPath) =>
    Object.keys(options ?? {})
      .filter((key) => /(^|\.)(kubernetes\.io|k8s\.io)$/.test(key.split("/")[0]!))
      .map((key) => invalid(path.child("options").key(key), key, "kubernetes.io and k8s.io namespaces are reserved")),
  local: (source: corev1.LocalVolumeSource, path: FieldPath) =>
    source.path?.split("/").includes("..") ? [invalid(path.child("path"), source.path, "must not contain '..'")] : [],
  csi: (source: corev1.CSIPersistentVolumeSource, path: FieldPath) => [
    ...(source.driver
      ? textErrors(source.driver.toLowerCase(), dns1123SubdomainProblems, path.child("driver")).map((error) =>
          renamed(error, source.driver),
        )
      : []),
    ...secretReferences.flatMap((key) => secretReference(source[key], path.child(key))),
  ],
  azureFile: (source: { readonly secretNamespace?: string }, path: FieldPath) =>
    source.secretNamespace === "" ? [required(path.child("secretNamespace"))] : [],
  glusterfs: (source: { readonly endpointsNamespace?: string }, path: FieldPath) =>
    source.endpointsNamespace === ""
      ? [
          invalid(
            path.child("endpointsNamespace"),
            "",
            "if the endpointnamespace is set, it must be a valid namespace name",
          ),
        ]
      : [],
}) as Rules;

const secretReferences = [
  "controllerPublishSecretRef",
  "controllerExpandSecretRef",
  "nodePublishSecretRef",
  "nodeExpandSecretRef",
] as const;

/** The rule looks at the driver in lower case, the message shows it as it was given. */
function renamed(error: FieldError, driver: string): FieldError {
  return { ...error, message: error.message.replace(JSON.stringify(driver.toLowerCase()), JSON.stringify(driver)) };
}

function iscsi(source: corev1.ISCSIVolumeSource, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { iqn, lun, initiatorName } = source;
  const starts = (text: string) => /^(iqn|eui|naa)/.test(text);
  if (iqn && !starts(iqn))
    errors.push(invalid(path.child("iqn"), iqn, "must be valid format starting with iqn, eui, or naa"));
  else if (iqn && !isQualifiedTarget(iqn)) errors.push(invalid(path.child("iqn"), iqn, "must be valid format"));
  inRange(lun, 0, 255, path.child("lun"), errors);
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef)
    errors.push(required(path.child("secretRef")));
  if (initiatorName !== undefined && !starts(initiatorName))
    errors.push(
      invalid(path.child("initiatorname"), initiatorName, "must be valid format starting with iqn, eui, or naa"),
    );
  return errors;
}

/** RFC 3720 names; the other two kinds are numbers. */
function isQualifiedTarget(name: string): boolean {
  if (name.startsWith("iqn")) return /^iqn\.\d{4}-\d{2}\.([A-Za-z0-9.-]+)(:[^,;*&$|\s]+)$/.test(name);
  return name.startsWith("eui") ? /^eui\.[A-Fa-f0-9]{16}$/.test(name) : /^naa\.[A-Fa-f0-9]{32}$/.test(name);
}

function fc({ targetWWNs, wwids, lun }: corev1.FCVolumeSource, path: FieldPath): FieldError[] {
  const at = path.child("targetWWNs");
  const [names, ids] = [targetWWNs?.length ?? 0, wwids?.length ?? 0];
  if (names === 0 && ids === 0) return [required(at, "must specify either targetWWNs or wwids, but not both")];
  if (names > 0 && ids > 0)
    return [invalid(at, targetWWNs, "targetWWNs and wwids can not be specified simultaneously")];
  if (names === 0) return [];
  if (lun === undefined) return [required(path.child("lun"), "lun is required if targetWWNs is specified")];
  return inRange(lun, 0, 255, path.child("lun"));
}

function flocker({ datasetName, datasetUUID }: corev1.FlockerVolumeSource, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!datasetName && !datasetUUID) errors.push(required(path, "one of datasetName and datasetUUID is required"));
  if (datasetName && datasetUUID)
    errors.push(invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously"));
  if (datasetName?.includes("/")) errors.push(invalid(path.child("datasetName"), datasetName, "must not contain '/'"));
  return errors;
}

function azureDisk(source: corev1.AzureDiskVolumeSource, path: FieldPath): FieldError[] {
  const { cachingMode, kind = "Shared", diskURI = "" } = source;
  const errors: FieldError[] = [];
  const modes: readonly string[] = corev1.azureDataDiskCachingMode.enum;
  presentWord(cachingMode, modes, path.child("cachingMode"), errors);
  const kinds: readonly string[] = corev1.azureDataDiskKind.enum;
  if (!kinds.includes(kind)) errors.push(notSupported(path.child("kind"), kind, kinds));
  const [pattern, text] = kind === "Managed" ? [managedPattern, managedText] : [blobPattern, blobText];
  if (!pattern.test(diskURI)) errors.push(notSupported(path.child("diskURI"), diskURI, [text]));
  return errors;
}

function quobyte({ registry, tenant }: corev1.QuobyteVolumeSource, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const isPair = (text: string) => /^[^:]*:[^:]+$/.test(text);
  if (registry && !registry.split(",").every(isPair))
    errors.push(invalid(path.child("registry"), registry, quobyteText));
  if (tenant && tenant.length > 64)
    errors.push(required(path.child("tenant"), "must be a UUID and may not exceed a length of 64 characters"));
  return errors;
}

/** What the error about a missing field adds. */
export const missingTexts: Readonly<Record<string, string>> = Object.freeze({
  "quobyte.registry": quobyteText,
});
