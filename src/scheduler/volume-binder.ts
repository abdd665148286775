/** Carries out a volume plan: claims a volume or asks for a new one, then waits until every claim of the pod is bound. */
import { type corev1, resources } from "../api/mod.ts";
import type { Client, Clock, InformerFactory } from "../client/mod.ts";
import type { InformedClusterReader } from "./cluster-reader.ts";
import type { NodeInfo } from "./node-info.ts";
import { claimNames, isBound, planVolumes, selectedNodeAnnotation, type VolumeAction } from "./volume-plan.ts";

const bindTimeoutMs = 600_000;

export interface VolumeBinderContext {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface VolumeReservation {
  readonly pod: corev1.Pod;
  readonly node: string;
  readonly actions: readonly VolumeAction[];
}

export class VolumeBinder {
  readonly #context: VolumeBinderContext;
  readonly #cluster: InformedClusterReader;

  constructor(context: VolumeBinderContext, cluster: InformedClusterReader) {
    this.#context = context;
    this.#cluster = cluster;
  }

  /** Takes the volumes at once, so that the next decision does not choose them; `undefined`: the pod needs nothing. */
  reserve(pod: corev1.Pod, node: NodeInfo): VolumeReservation | undefined {
    const unbound = this.#unbound(pod);
    if (unbound.length === 0) return undefined;
    const actions = planVolumes(unbound, node, this.#cluster) ?? [];
    for (const action of actions) {
      if (action.kind === "bind") this.#cluster.reserveVolume(action.volume.metadata.name, action.claim);
    }
    return { pod, node: node.name, actions };
  }

  release({ actions }: VolumeReservation): void {
    for (const action of actions) if (action.kind === "bind") this.#cluster.releaseVolume(action.volume.metadata.name);
  }

  /** Rejects when the claims are not bound in time or a write is refused. */
  async bind(reservation: VolumeReservation): Promise<void> {
    await Promise.all(reservation.actions.map((action) => this.#act(action, reservation.node)));
    await this.#allBound(reservation.pod);
  }

  #unbound(pod: corev1.Pod): readonly corev1.PersistentVolumeClaim[] {
    return claimNames(pod)
      .flatMap(({ name }) => this.#cluster.claim(name, pod.metadata.namespace) ?? [])
      .filter((claim) => !isBound(claim));
  }

  async #act(action: VolumeAction, node: string): Promise<void> {
    const { client } = this.#context;
    const { name, namespace, uid } = action.claim.metadata;
    if (action.kind === "provision") {
      const patch = { metadata: { annotations: { [selectedNodeAnnotation]: node } } };
      await client.resource(resources.persistentvolumeclaims).patch(name, patch, { type: "merge", namespace });
      return;
    }
    const { resourceVersion, name: volume } = action.volume.metadata;
    const claimRef = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name, uid };
    const patch = { metadata: { resourceVersion }, spec: { claimRef } };
    await client.resource(resources.persistentvolumes).patch(volume, patch, { type: "merge" });
  }

  #allBound(pod: corev1.Pod): Promise<void> {
    const { informers, clock, signal } = this.#context;
    return new Promise((resolve, reject) => {
      const isDone = () => this.#unbound(pod).length === 0;
      if (isDone()) return resolve();
      const end = (settle: () => void) => () => {
        cancel();
        remove();
        signal.removeEventListener("abort", aborted);
        settle();
      };
      const aborted = end(() => reject(signal.reason));
      const cancel = clock.after(
        bindTimeoutMs,
        end(() => reject(new Error("binding volumes: timed out waiting for the condition"))),
      );
      const check = () => isDone() && end(resolve)();
      const remove = informers.informer(resources.persistentvolumeclaims).addHandler({ update: check });
      signal.addEventListener("abort", aborted);
    });
  }
}
