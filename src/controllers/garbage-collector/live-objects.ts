/** Objects as the server has them, past the caches, which may be behind; and writes that hold only while they are as they were read. */
import { ignoreNotFound, isNotFound, type KubernetesObject, type metav1, type ResourceInfo } from "../../api/mod.ts";
import type { Client } from "../../client/mod.ts";

export type Resource = ResourceInfo<KubernetesObject>;
export type PropagationPolicy = "Background" | "Foreground" | "Orphan";

export interface Identity {
  readonly name: string;
  /** Absent for objects of the whole cluster. */
  readonly namespace?: string | undefined;
  readonly uid: string;
}

export class LiveObjects {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Metadata alone, under the object's own apiVersion and kind. Undefined where the object is gone, even if another has its name now. */
  async read(resource: Resource, { name, namespace, uid }: Identity): Promise<KubernetesObject | undefined> {
    try {
      const { metadata } = await this.#client.resource(resource).get(name, { namespace, metadataOnly: true });
      return metadata.uid === uid ? { apiVersion: resource.apiVersion, kind: resource.kind, metadata } : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Answers the object as it is then; undefined where it is gone. */
  patchOwners(
    resource: Resource,
    object: KubernetesObject,
    ownerReferences: readonly metav1.OwnerReference[],
  ): Promise<KubernetesObject | undefined> {
    return this.#patchMetadata(resource, object, { ownerReferences });
  }

  async removeFinalizer(resource: Resource, object: KubernetesObject, finalizer: string): Promise<void> {
    const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
    await this.#patchMetadata(resource, object, { finalizers });
  }

  /** A merge patch works on custom resources too; the resource version keeps it from undoing another's change. */
  async #patchMetadata(
    resource: Resource,
    object: KubernetesObject,
    change: object,
  ): Promise<KubernetesObject | undefined> {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    const patch = { metadata: { uid, resourceVersion, ...change } };
    try {
      return await this.#client.resource(resource).patch(name, patch, { type: "merge", namespace });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Rejects with a conflict where the object has changed since it was read: whoever owns it now may want it. */
  async delete(resource: Resource, object: KubernetesObject, propagationPolicy: PropagationPolicy): Promise<void> {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    const preconditions = { uid, resourceVersion };
    await this.#client
      .resource(resource)
      .delete(name, { namespace, propagationPolicy, preconditions })
      .catch(ignoreNotFound);
  }
}
