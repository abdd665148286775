/** Volumes behind a claim: those whose persistent volume is a path of this node. */
import { chmod, chown } from "node:fs/promises";
import { type corev1, resources } from "../../api/mod.ts";
import type { Client } from "../../client/mod.ts";
import { NodeError } from "../runtime/errors.ts";
import { setUpHostPath } from "./host-path.ts";

export interface ClaimedVolume {
  readonly path: string;
  readonly readOnly: boolean;
}

/** The claim that the volume names, or the one made for an ephemeral volume. */
export function claimName(pod: corev1.Pod, volume: corev1.Volume): string | undefined {
  if (volume.ephemeral) return `${pod.metadata.name}-${volume.name}`;
  return volume.persistentVolumeClaim?.claimName;
}

async function boundVolume(client: Client, pod: corev1.Pod, name: string): Promise<corev1.PersistentVolume> {
  const { namespace } = pod.metadata;
  const claim = await client.resource(resources.persistentvolumeclaims).get(name, { namespace });
  const volumeName = claim.spec.volumeName;
  if (claim.status?.phase !== "Bound" || !volumeName) {
    throw new NodeError("volume", `persistentvolumeclaim "${name}" is not bound`);
  }
  return client.resource(resources.persistentvolumes).get(volumeName);
}

async function giveToGroup(path: string, group: number | undefined): Promise<void> {
  if (group === undefined) return;
  await chown(path, -1, group);
  await chmod(path, 0o2775);
}

export async function setUpClaim(client: Client, pod: corev1.Pod, volume: corev1.Volume): Promise<ClaimedVolume> {
  const name = claimName(pod, volume)!;
  const { spec, metadata } = await boundVolume(client, pod, name);
  const readOnly = volume.persistentVolumeClaim?.readOnly === true;
  if (spec.hostPath) return { path: await setUpHostPath(spec.hostPath), readOnly };
  if (spec.local) {
    const path = await setUpHostPath({ path: spec.local.path, type: "Directory" });
    await giveToGroup(path, pod.spec.securityContext?.fsGroup);
    return { path, readOnly };
  }
  throw new NodeError("volume", `no volume plugin matched for persistentvolume "${metadata.name}"`);
}
