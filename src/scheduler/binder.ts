/** Makes a decision real: volumes first, then the pod's binding. */
import { type corev1, resources } from "../api/mod.ts";
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
