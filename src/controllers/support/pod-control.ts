/** Creates pods and deletes them, expected until the cache shows it, with the events that upstream's controllers write on the owner. */
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
import type { Expectations } from "./expectations.ts";
import { keyOf } from "./object.ts";
import { settleAll } from "./settle-all.ts";
import { slowStartBatch } from "./slow-start.ts";

export interface PodControlOptions {
  readonly client: Client;
  readonly recorder: EventRecorder;
  /** Told of every pod before it is asked for. */
  readonly expectations: Expectations;
}

export class PodControl {
  readonly #pods: ResourceClient<corev1.Pod>;
  readonly #recorder: EventRecorder;
  readonly #expectations: Expectations;

  constructor({ client, recorder, expectations }: PodControlOptions) {
    this.#pods = client.resource(resources.pods);
    this.#recorder = recorder;
    this.#expectations = expectations;
  }

  /** So many pods, slowly at first. Rejects with the first refusal, when nothing is under way any more. */
  async create(owner: KubernetesObject, count: number, draftOf: (index: number) => PodDraft): Promise<void> {
    const key = keyOf(owner);
    this.#expectations.expectCreations(key, count);
    const result = await slowStartBatch(count, async (index) => {
      try {
        await this.#createOne(owner, draftOf(index));
      } catch (error) {
        // Nothing can be created there any more, and the owner will go the same way.
        if (!isNamespaceTerminating(error)) throw error;
        this.#expectations.creationObserved(key);
      }
    });
    if (result.error === undefined) return;
    this.#expectations.creationObserved(key, count - result.succeeded);
    throw result.error;
  }

  /** All at once; those that are gone already are as good. Rejects with the first refusal, when nothing is under way any more. */
  async delete(owner: KubernetesObject, pods: readonly corev1.Pod[]): Promise<void> {
    const uids = pods.map((pod) => pod.metadata.uid);
    this.#expectations.expectDeletions(keyOf(owner), uids);
    await settleAll(pods.map((pod) => this.#deleteOne(owner, pod)));
  }

  /** The owner is told by an event unless its namespace is going away. */
  async #createOne(owner: KubernetesObject, pod: PodDraft): Promise<void> {
    try {
      const created = await this.#pods.create(pod, { namespace: owner.metadata.namespace });
      this.#recorder.event(owner, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata.name}`);
    } catch (error) {
      if (!isNamespaceTerminating(error)) {
        this.#recorder.event(owner, "Warning", "FailedCreate", `Error creating: ${messageOf(error)}`);
      }
      throw error;
    }
  }

  async #deleteOne(owner: KubernetesObject, pod: corev1.Pod): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    try {
      await this.#pods.delete(name, { namespace });
      this.#recorder.event(owner, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
    } catch (error) {
      this.#expectations.deletionObserved(keyOf(owner), uid);
      if (isNotFound(error)) return;
      this.#recorder.event(owner, "Warning", "FailedDelete", `Error deleting: ${messageOf(error)}`);
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
