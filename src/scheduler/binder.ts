/** Makes a decision real: volumes first, then the pod's binding. */
import { type corev1, isNotFound, resources } from "../api/mod.ts";
import type { Client } from "../client/mod.ts";
import type { VolumeBinder, VolumeReservation } from "./volume-binder.ts";

export interface Placement {
  readonly pod: corev1.Pod;
  readonly node: string;
  readonly volumes: VolumeReservation | undefined;
}

/** Rejects where the API server refuses; the pod is then free to be placed anew. */
export async function bind(client: Client, volumes: VolumeBinder, placement: Placement): Promise<void> {
  if (placement.volumes) await volumes.bind(placement.volumes);
  const { name, namespace, uid } = placement.pod.metadata;
  const binding = {
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name, namespace, uid },
    target: { kind: "Node", name: placement.node },
  };
  await client.resource(resources.pods).createSubresource(name, "binding", binding, { namespace });
}

/**
 * What came of a binding that failed, by the server's word: an answer that was lost on its way says nothing of whether the pod was bound.
 * `bound`: to the node, after all. `over`: bound elsewhere, gone or going; not to be placed again. `free`: still without a node.
 */
export async function whatCameOf(client: Client, { pod, node }: Placement): Promise<"bound" | "over" | "free"> {
  const { name, namespace, uid } = pod.metadata;
  try {
    const { metadata, spec } = await client.resource<corev1.Pod>(resources.pods).get(name, { namespace });
    if (metadata.uid !== uid || metadata.deletionTimestamp) return "over";
    if (!spec.nodeName) return "free";
    return spec.nodeName === node ? "bound" : "over";
  } catch (error) {
    return isNotFound(error) ? "over" : "free";
  }
}
