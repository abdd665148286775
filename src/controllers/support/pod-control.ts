/** Creates pods from a template and deletes them, with the events that upstream's controllers write on the owner. */
import {
  clone,
  type corev1,
  isNamespaceTerminating,
  isNotFound,
  type KubernetesObject,
  type metav1,
  resources,
} from "../../api/mod.ts";
import type { Client, EventRecorder, ResourceClient } from "../../client/mod.ts";

export interface PodControlOptions {
  readonly client: Client;
  readonly recorder: EventRecorder;
}

export class PodControl {
  readonly #pods: ResourceClient<corev1.Pod>;
  readonly #recorder: EventRecorder;

  constructor(options: PodControlOptions) {
    this.#pods = options.client.resource(resources.pods);
    this.#recorder = options.recorder;
  }

  /** Rejects with the server's StatusError; the owner is told by an event unless its namespace is going away. */
  async create(pod: PodDraft, owner: KubernetesObject): Promise<corev1.Pod> {
    try {
      const created = await this.#pods.create(pod, { namespace: owner.metadata.namespace });
      this.#recorder.event(owner, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata.name}`);
      return created;
    } catch (error) {
      if (!isNamespaceTerminating(error)) {
        this.#recorder.event(owner, "Warning", "FailedCreate", `Error creating: ${messageOf(error)}`);
      }
      throw error;
    }
  }

  /** A pod that is gone already rejects with NotFound, without an event. */
  async delete(pod: corev1.Pod, owner: KubernetesObject): Promise<void> {
    const { name, namespace } = pod.metadata;
    try {
      await this.#pods.delete(name, { namespace });
      this.#recorder.event(owner, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
    } catch (error) {
      if (!isNotFound(error)) {
        this.#recorder.event(owner, "Warning", "FailedDelete", `Error deleting: ${messageOf(error)}`);
      }
      throw error;
    }
  }
}

/** A pod before the server has seen it. */
export interface PodDraft {
  apiVersion: "v1";
  kind: "Pod";
  metadata: Partial<metav1.ObjectMeta>;
  spec: corev1.PodSpec;
}

/** The template's labels, annotations, finalizers and spec, with a generated name, owned by the controller. */
export function podFromTemplate(
  template: corev1.PodTemplateSpec,
  owner: KubernetesObject,
  reference: metav1.OwnerReference,
): PodDraft {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const metadata: Partial<metav1.ObjectMeta> = {
    generateName: `${owner.metadata.name}-`,
    ...(owner.metadata.namespace ? { namespace: owner.metadata.namespace } : {}),
    ...(labels ? { labels: { ...labels } } : {}),
    ...(annotations ? { annotations: { ...annotations } } : {}),
    ...(finalizers ? { finalizers: [...finalizers] } : {}),
    ownerReferences: [reference],
  };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: clone(template.spec!) };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
