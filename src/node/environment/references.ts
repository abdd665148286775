/** The config maps and secrets that a pod refers to. */
import type { corev1 } from "../../api/mod.ts";

export interface ConfigReference {
  readonly kind: "ConfigMap" | "Secret";
  readonly namespace: string;
  readonly name: string;
}

interface Named {
  readonly name?: string;
}

type Found = readonly ["ConfigMap" | "Secret", string | undefined];

function inEnvironment({ env = [], envFrom = [] }: corev1.Container): Found[] {
  return [
    ...env.flatMap(({ valueFrom }): Found[] => [
      ["ConfigMap", valueFrom?.configMapKeyRef?.name],
      ["Secret", valueFrom?.secretKeyRef?.name],
    ]),
    ...envFrom.flatMap(({ configMapRef, secretRef }): Found[] => [
      ["ConfigMap", (configMapRef as Named | undefined)?.name],
      ["Secret", (secretRef as Named | undefined)?.name],
    ]),
  ];
}

function inVolume({ configMap, secret, projected }: corev1.Volume): Found[] {
  return [
    ["ConfigMap", configMap?.name],
    ["Secret", secret?.secretName],
    ...(projected?.sources ?? []).flatMap((source): Found[] => [
      ["ConfigMap", source.configMap?.name],
      ["Secret", source.secret?.name],
    ]),
  ];
}

export function configReferences({ spec, metadata }: corev1.Pod): ConfigReference[] {
  const containers = [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  const found: Found[] = [
    ...containers.flatMap(inEnvironment),
    ...(spec.volumes ?? []).flatMap(inVolume),
    ...(spec.imagePullSecrets ?? []).map(({ name }): Found => ["Secret", name]),
  ];
  const unique = new Map<string, ConfigReference>();
  for (const [kind, name] of found) {
    if (name) unique.set(`${kind}/${name}`, { kind, name, namespace: metadata.namespace });
  }
  return [...unique.values()];
}
