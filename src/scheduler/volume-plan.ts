/** What must happen to a pod's volume claims before it can run on a node. */
import {
  compareQuantities,
  type corev1,
  labelSelectorAsSelector,
  nodeSelectorMatches,
  type storagev1,
} from "../api/mod.ts";
import type { ClusterReader } from "./framework.ts";
import type { NodeInfo } from "./node-info.ts";

export const selectedNodeAnnotation = "volume.kubernetes.io/selected-node";
const bindCompletedAnnotation = "pv.kubernetes.io/bind-completed";
const noProvisioner = "kubernetes.io/no-provisioner";

export type VolumeAction =
  | { readonly kind: "bind"; readonly claim: corev1.PersistentVolumeClaim; readonly volume: corev1.PersistentVolume }
  | { readonly kind: "provision"; readonly claim: corev1.PersistentVolumeClaim };

export function isBound(claim: corev1.PersistentVolumeClaim): boolean {
  return Boolean(claim.spec.volumeName) && claim.metadata.annotations?.[bindCompletedAnnotation] !== undefined;
}

export interface ClaimName {
  readonly name: string;
  /** Made for the pod alone, by the ephemeral volume controller. */
  readonly ephemeral: boolean;
}

/** Claims of the pod by name, those of its ephemeral volumes included. */
export function claimNames({ spec, metadata }: corev1.Pod): readonly ClaimName[] {
  const names: ClaimName[] = [];
  for (const { name, persistentVolumeClaim, ephemeral } of spec.volumes ?? []) {
    if (persistentVolumeClaim) names.push({ name: persistentVolumeClaim.claimName, ephemeral: false });
    else if (ephemeral) names.push({ name: `${metadata.name}-${name}`, ephemeral: true });
  }
  return names;
}

export function volumeAcceptsNode(volume: corev1.PersistentVolume, node: NodeInfo): boolean {
  const required = volume.spec.nodeAffinity?.required;
  return !required || nodeSelectorMatches(required, node);
}

/** Finds a volume or a way to make one for each claim that waits for its first consumer; `undefined`: this node has none. */
export function planVolumes(
  claims: readonly corev1.PersistentVolumeClaim[],
  node: NodeInfo,
  cluster: ClusterReader,
): readonly VolumeAction[] | undefined {
  const actions: VolumeAction[] = [];
  const taken = new Set<string>();
  for (const claim of claims) {
    const volume = findVolume(claim, node, cluster, taken);
    if (volume) taken.add(volume.metadata.name);
    else if (!canProvision(claim, node, cluster)) return undefined;
    actions.push(volume ? { kind: "bind", claim, volume } : { kind: "provision", claim });
  }
  return actions;
}

/** The smallest volume that serves the claim; one made for the claim before any other. */
function findVolume(
  claim: corev1.PersistentVolumeClaim,
  node: NodeInfo,
  cluster: ClusterReader,
  taken: ReadonlySet<string>,
): corev1.PersistentVolume | undefined {
  const serving = cluster
    .volumes()
    .filter((volume) => !taken.has(volume.metadata.name) && serves(volume, claim) && volumeAcceptsNode(volume, node));
  const reserved = serving.find((volume) => volume.spec.claimRef);
  return reserved ?? serving.sort((one, other) => compareQuantities(capacity(one), capacity(other)))[0];
}

const capacity = ({ spec }: Volume) => spec.capacity?.["storage"] ?? "0";

/** The parts that decide: a lister's objects are as good as the API's. */
type Volume = Pick<corev1.PersistentVolume, "spec" | "metadata" | "status">;

function serves(volume: corev1.PersistentVolume, claim: corev1.PersistentVolumeClaim): boolean {
  const { spec, metadata, status } = volume;
  const reference = spec.claimRef;
  if (reference) return reference.name === claim.metadata.name && reference.namespace === claim.metadata.namespace;
  const asked = claim.spec.resources?.requests?.["storage"] ?? "0";
  const modes = spec.accessModes ?? [];
  return (
    metadata.deletionTimestamp === undefined &&
    (status?.phase === undefined || status.phase === "Available") &&
    (spec.storageClassName ?? "") === (claim.spec.storageClassName ?? "") &&
    (spec.volumeMode ?? "Filesystem") === (claim.spec.volumeMode ?? "Filesystem") &&
    (claim.spec.accessModes ?? []).every((mode) => modes.includes(mode)) &&
    (!claim.spec.selector || labelSelectorAsSelector(claim.spec.selector).matches(metadata.labels ?? {})) &&
    compareQuantities(capacity(volume), asked) >= 0
  );
}

function canProvision(claim: corev1.PersistentVolumeClaim, node: NodeInfo, cluster: ClusterReader): boolean {
  const selected = claim.metadata.annotations?.[selectedNodeAnnotation];
  if (selected !== undefined && selected !== node.name) return false;
  const storageClass = cluster.storageClass(claim.spec.storageClassName ?? "");
  if (!storageClass || storageClass.provisioner === noProvisioner) return false;
  return topologyAllows(storageClass, node);
}

function topologyAllows({ allowedTopologies }: storagev1.StorageClass, node: NodeInfo): boolean {
  if (!allowedTopologies?.length) return true;
  return allowedTopologies.some((term) =>
    (term.matchLabelExpressions ?? []).every(({ key, values }) => values.includes(node.labels[key] ?? "")),
  );
}
