import type { corev1 } from "../../api/mod.ts";
import { type ClusterReader, type FilterPreparation, type Plugin, rejection } from "../framework.ts";
import type { PodInfo } from "../pod-info.ts";
import { claimNames, isBound, planVolumes, volumeAcceptsNode } from "../volume-plan.ts";

const volumeElsewhere = rejection("node(s) didn't match PersistentVolume's node affinity", { resolvable: false });
const noVolume = rejection("node(s) didn't find available persistent volumes to bind", { resolvable: false });
const volumeMissing = rejection("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)", {
  resolvable: false,
});

/** Claims must be bound to a volume that the node reaches, or wait for their first consumer and find one here. */
export const volumeBinding: Plugin = {
  name: "VolumeBinding",
  prepareFilter: (pod, { cluster }) => prepare(pod, cluster),
  mayHelp: (event, { pod }) =>
    claimNames(pod).length > 0 &&
    (event.kind === "volumes-changed" || event.kind === "node-added" || event.kind === "node-changed"),
};

function prepare({ pod }: PodInfo, cluster: ClusterReader): FilterPreparation {
  const names = claimNames(pod);
  if (names.length === 0) return undefined;
  const claims: corev1.PersistentVolumeClaim[] = [];
  for (const { name, ephemeral } of names) {
    const claim = cluster.claim(name, pod.metadata.namespace);
    const fault = claimFault(name, claim, ephemeral);
    if (fault) return { rejected: rejection(fault, { resolvable: false }) };
    claims.push(claim!);
  }
  const unbound = claims.filter((claim) => !isBound(claim));
  if (unbound.some((claim) => !waitsForConsumer(claim, cluster))) {
    return { rejected: rejection("pod has unbound immediate PersistentVolumeClaims", { resolvable: false }) };
  }
  return { filter: nodeCheck(claims.filter(isBound), unbound, cluster) };
}

function claimFault(
  name: string,
  claim: corev1.PersistentVolumeClaim | undefined,
  ephemeral: boolean,
): string | undefined {
  const quoted = `persistentvolumeclaim "${name}"`;
  if (!claim && ephemeral) return `waiting for ephemeral volume controller to create the ${quoted}`;
  if (!claim) return `${quoted} not found`;
  if (claim.status?.phase === "Lost")
    return `${quoted} bound to non-existent persistentvolume "${claim.spec.volumeName}"`;
  return claim.metadata.deletionTimestamp === undefined ? undefined : `${quoted} is being deleted`;
}

function waitsForConsumer(claim: corev1.PersistentVolumeClaim, cluster: ClusterReader): boolean {
  if (claim.spec.volumeName) return false;
  return cluster.storageClass(claim.spec.storageClassName ?? "")?.volumeBindingMode === "WaitForFirstConsumer";
}

type Claims = readonly corev1.PersistentVolumeClaim[];

function nodeCheck(bound: Claims, unbound: Claims, cluster: ClusterReader) {
  const volumes = bound.map((claim) => cluster.volume(claim.spec.volumeName!));
  const known = volumes.filter((volume) => volume !== undefined);
  return {
    check: (node: Parameters<typeof planVolumes>[1]) => {
      if (known.length < volumes.length) return volumeMissing;
      if (!known.every((volume) => volumeAcceptsNode(volume, node))) return volumeElsewhere;
      return unbound.length === 0 || planVolumes(unbound, node, cluster) ? undefined : noVolume;
    },
  };
}
