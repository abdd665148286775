/** Which other objects of its namespace a pod needs: what its node must be able to read, and what a mirror pod must not name. */
import type { corev1 } from "../../api/mod.ts";

export interface PodReferences {
  readonly secrets: ReadonlySet<string>;
  readonly configMaps: ReadonlySet<string>;
  readonly persistentVolumeClaims: ReadonlySet<string>;
  readonly resourceClaims: ReadonlySet<string>;
  readonly serviceAccount: string | undefined;
  readonly projectsServiceAccountToken: boolean;
}

interface Collected {
  secrets: Set<string>;
  configMaps: Set<string>;
  persistentVolumeClaims: Set<string>;
  projectsServiceAccountToken: boolean;
}

type Container = Pick<corev1.Container, "env" | "envFrom">;

function addNamed(into: Set<string>, ...references: readonly ({ readonly name?: string } | undefined)[]): void {
  for (const reference of references) if (reference?.name) into.add(reference.name);
}

function addContainer(into: Collected, container: Container): void {
  for (const source of container.envFrom ?? []) {
    addNamed(into.secrets, source.secretRef);
    addNamed(into.configMaps, source.configMapRef);
  }
  for (const { valueFrom } of container.env ?? []) {
    addNamed(into.secrets, valueFrom?.secretKeyRef);
    addNamed(into.configMaps, valueFrom?.configMapKeyRef);
  }
}

function addProjected(into: Collected, projected: corev1.ProjectedVolumeSource): void {
  for (const source of projected.sources ?? []) {
    addNamed(into.secrets, source.secret);
    addNamed(into.configMaps, source.configMap);
    if (source.serviceAccountToken) into.projectsServiceAccountToken = true;
  }
}

/** Drivers of old, each with its own place for a secret. */
function addDriverSecrets(into: Set<string>, volume: corev1.Volume): void {
  addNamed(
    into,
    volume.csi?.nodePublishSecretRef,
    volume.flexVolume?.secretRef,
    volume.rbd?.secretRef,
    volume.cephfs?.secretRef,
    volume.cinder?.secretRef,
    volume.iscsi?.secretRef,
    volume.scaleIO?.secretRef,
    volume.storageos?.secretRef,
  );
  if (volume.azureFile) into.add(volume.azureFile.secretName);
}

function addVolume(into: Collected, volume: corev1.Volume, podName: string): void {
  if (volume.secret?.secretName) into.secrets.add(volume.secret.secretName);
  addNamed(into.configMaps, volume.configMap);
  if (volume.projected) addProjected(into, volume.projected);
  if (volume.persistentVolumeClaim) into.persistentVolumeClaims.add(volume.persistentVolumeClaim.claimName);
  if (volume.ephemeral) into.persistentVolumeClaims.add(`${podName}-${volume.name}`);
  addDriverSecrets(into.secrets, volume);
}

/** A claim made from a template has its name in the pod's status. */
function resourceClaims(pod: corev1.Pod): Set<string> {
  const direct = (pod.spec.resourceClaims ?? []).flatMap((claim) => claim.resourceClaimName ?? []);
  const made = (pod.status?.resourceClaimStatuses ?? []).flatMap((claim) => claim.resourceClaimName ?? []);
  return new Set([...direct, ...made]);
}

export function podReferences(pod: corev1.Pod): PodReferences {
  const { spec, metadata } = pod;
  const found: Collected = {
    secrets: new Set(),
    configMaps: new Set(),
    persistentVolumeClaims: new Set(),
    projectsServiceAccountToken: false,
  };
  const containers = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  for (const container of containers) addContainer(found, container);
  for (const volume of spec.volumes ?? []) addVolume(found, volume, metadata.name);
  addNamed(found.secrets, ...(spec.imagePullSecrets ?? []));
  return { ...found, resourceClaims: resourceClaims(pod), serviceAccount: spec.serviceAccountName };
}
