/** Volumes as a description shows them: what each kind is, in kubectl's words. */
import type { corev1 } from "../../../api/mod.ts";
import { type Line, type Lines, nestedLines } from "./lines.ts";

export function volumeLines(volumes: readonly corev1.Volume[] | undefined, indent = ""): Lines {
  if (!volumes?.length) return [[`${indent}Volumes:`, "<none>"]];
  return [
    [`${indent}Volumes:`],
    ...volumes.flatMap((volume) => [[` ${indent || " "}${volume.name}:`], ...sourceLines(volume)]),
  ];
}

const typed = (type: string, ...lines: Lines): Lines => [["    Type:", type], ...lines];
const optional = (source: { readonly optional?: boolean }): Line => ["    Optional:", String(source.optional ?? false)];

function sourceLines(volume: corev1.Volume): Lines {
  const { emptyDir, hostPath, configMap, secret, downwardAPI, persistentVolumeClaim: claim, projected } = volume;
  if (emptyDir)
    return typed(
      "EmptyDir (a temporary directory that shares a pod's lifetime)",
      ["    Medium:", emptyDir.medium ?? ""],
      ["    SizeLimit:", emptyDir.sizeLimit ?? "<unset>"],
    );
  if (hostPath)
    return typed(
      "HostPath (bare host directory volume)",
      ["    Path:", hostPath.path],
      ["    HostPathType:", hostPath.type ?? ""],
    );
  if (configMap)
    return typed(
      "ConfigMap (a volume populated by a ConfigMap)",
      ["    Name:", configMap.name ?? ""],
      optional(configMap),
    );
  if (secret)
    return typed(
      "Secret (a volume populated by a Secret)",
      ["    SecretName:", secret.secretName ?? ""],
      optional(secret),
    );
  if (downwardAPI)
    return typed(
      "DownwardAPI (a volume populated by information about the pod)",
      ["    Items:"],
      ...(downwardAPI.items ?? []).map(downwardItem),
    );
  if (claim)
    return typed(
      "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
      ["    ClaimName:", claim.claimName],
      ["    ReadOnly:", String(claim.readOnly ?? false)],
    );
  if (projected)
    return typed(
      "Projected (a volume that contains injected data from multiple sources)",
      ...(projected.sources ?? []).flatMap(projection),
    );
  return otherSource(volume);
}

const downwardItem = ({ path, fieldRef, resourceFieldRef }: corev1.DownwardAPIVolumeFile): Line => [
  `      ${fieldRef?.fieldPath ?? resourceFieldRef?.resource} -> ${path}`,
];

function projection({ secret, configMap, downwardAPI, serviceAccountToken }: corev1.VolumeProjection): Lines {
  if (secret) return [["    SecretName:", secret.name ?? ""], optional(secret)];
  if (configMap) return [["    ConfigMapName:", configMap.name ?? ""], optional(configMap)];
  if (downwardAPI) return [["    DownwardAPI:", "true"]];
  return serviceAccountToken
    ? [["    TokenExpirationSeconds:", String(serviceAccountToken.expirationSeconds ?? 3600)]]
    : [];
}

/** A kind without words of its own: its fields. */
function otherSource({ name: _, ...source }: corev1.Volume): Lines {
  const [kind = "<unknown>", fields = {}] = Object.entries(source)[0] ?? [];
  return typed(kind, ...nestedLines(fields as Record<string, unknown>, 2));
}
