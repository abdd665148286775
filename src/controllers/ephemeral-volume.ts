/** Makes the claims of generic ephemeral volumes: named after the pod and the volume, and gone with the pod. */
import { clone, type corev1, isAlreadyExists, resources } from "../api/mod.ts";
import { type ComponentContext, createEventRecorder, type EventRecorder, type Informer } from "../client/mod.ts";
import { isControlledBy, newControllerReference } from "./support/controller-reference.ts";
import { isDeleting, splitKey } from "./support/object.ts";
import { messageOf } from "./support/pod-control.ts";
import { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";

export class EphemeralVolumeController extends QueueController {
  readonly #pods: Informer<corev1.Pod>;
  readonly #claims: Informer<corev1.PersistentVolumeClaim>;
  readonly #recorder: EventRecorder;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("ephemeral-volume-controller", context, options);
    this.#recorder = createEventRecorder(context, { component: "ephemeral_volume" });
    this.#pods = this.watch(resources.pods, {
      add: (pod) => {
        if (pod.spec.volumes?.some((volume) => volume.ephemeral)) this.enqueue(pod);
      },
    });
    this.#claims = this.watch(resources.persistentvolumeclaims);
  }

  protected override async reconcile(key: string): Promise<undefined> {
    const { namespace, name } = splitKey(key);
    const pod = this.#pods.lister.get(name, namespace);
    if (pod === undefined || isDeleting(pod)) return;
    for (const volume of pod.spec.volumes ?? []) if (volume.ephemeral) await this.#ensureClaim(pod, volume);
  }

  async #ensureClaim(pod: corev1.Pod, volume: corev1.Volume): Promise<void> {
    const { namespace } = pod.metadata;
    const name = `${pod.metadata.name}-${volume.name}`;
    const present = this.#claims.lister.get(name, namespace);
    if (present !== undefined) {
      if (isControlledBy(present, pod)) return;
      throw new Error(`PVC "${namespace}/${name}" was not created for pod "${namespace}/${pod.metadata.name}"`);
    }
    const template = clone(volume.ephemeral!.volumeClaimTemplate!);
    const ownerReferences = [newControllerReference(pod, { apiVersion: "v1", kind: "Pod" })];
    const metadata = { ...template.metadata, name, namespace, ownerReferences };
    try {
      const claims = this.context.client.resource(resources.persistentvolumeclaims);
      await claims.create({ metadata, spec: template.spec }, { namespace });
    } catch (error) {
      if (isAlreadyExists(error)) return;
      const message = `ephemeral volume ${volume.name}: ${messageOf(error)}`;
      this.#recorder.event(pod, "Warning", "EphemeralVolumeCreationFailed", message);
      throw error;
    }
  }
}
