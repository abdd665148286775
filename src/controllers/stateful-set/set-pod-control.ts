/** Writes the pods and claims of StatefulSets, with the events that upstream writes on the set. */
import {
  type appsv1,
  type corev1,
  isAlreadyExists,
  isNamespaceTerminating,
  isNotFound,
  resources,
} from "../../api/mod.ts";
import type { Client, EventRecorder, Lister } from "../../client/mod.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { messageOf } from "../support/pod-control.ts";
import { claimOwners, claimsOf, identityLabels, newPod, ordinalOf, podName, wantedOrdinals } from "./identity.ts";

export class SetPodControl {
  readonly #client: Client;
  readonly #recorder: EventRecorder;
  readonly #claims: Lister<corev1.PersistentVolumeClaim>;

  constructor(client: Client, recorder: EventRecorder, claims: Lister<corev1.PersistentVolumeClaim>) {
    this.#client = client;
    this.#recorder = recorder;
    this.#claims = claims;
  }

  /** First the claims, then the pod that mounts them. Undefined where a pod of that name is there already. */
  async create(
    set: appsv1.StatefulSet,
    template: corev1.PodTemplateSpec,
    options: { readonly ordinal: number; readonly revision: string },
  ): Promise<corev1.Pod | undefined> {
    const name = podName(set, options.ordinal);
    const subject = `Pod ${name} in StatefulSet ${set.metadata.name}`;
    try {
      for (const claim of claimsOf(set, options.ordinal)) await this.#createClaim(set, claim, name);
      const { namespace } = set.metadata;
      const pod = await this.#client.resource(resources.pods).create(newPod(set, template, options), { namespace });
      this.#recorder.event(set, "Normal", "SuccessfulCreate", `Create ${subject} successful`);
      return pod;
    } catch (error) {
      if (isAlreadyExists(error) || isNamespaceTerminating(error)) return undefined;
      this.#recorder.event(set, "Warning", "FailedCreate", `Create ${subject} failed error: ${messageOf(error)}`);
      throw error;
    }
  }

  async #createClaim(set: appsv1.StatefulSet, claim: corev1.PersistentVolumeClaim, pod: string): Promise<void> {
    const { name, namespace } = claim.metadata;
    const present = this.#claims.get(name, namespace);
    if (present !== undefined) {
      if (present.metadata.deletionTimestamp === undefined) return;
      throw new Error(`pvc ${name} is being deleted`);
    }
    const owners = claimOwners(set, undefined, [], false);
    const draft = owners.length > 0 ? { ...claim, metadata: { ...claim.metadata, ownerReferences: owners } } : claim;
    const subject = `Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name}`;
    try {
      await this.#client.resource(resources.persistentvolumeclaims).create(draft, { namespace });
      this.#recorder.event(set, "Normal", "SuccessfulCreate", `Create ${subject} success`);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  async delete(set: appsv1.StatefulSet, pod: corev1.Pod): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    const subject = `Pod ${name} in StatefulSet ${set.metadata.name}`;
    try {
      await this.#client.resource(resources.pods).delete(name, { namespace, preconditions: { uid } });
      this.#recorder.event(set, "Normal", "SuccessfulDelete", `Delete ${subject} successful`);
    } catch (error) {
      if (isNotFound(error)) return;
      this.#recorder.event(set, "Warning", "FailedDelete", `Delete ${subject} failed error: ${messageOf(error)}`);
      throw error;
    }
  }

  /** Puts the identity labels back. */
  async repair(set: appsv1.StatefulSet, pod: corev1.Pod): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    const patch = { metadata: { uid, labels: identityLabels(set, pod) } };
    await this.#client.resource(resources.pods).patch(name, patch, { type: "strategic", namespace });
  }

  /** Claims follow the retention policy: who owns them decides what takes them along. */
  async syncClaimOwners(set: appsv1.StatefulSet, pods: readonly corev1.Pod[]): Promise<void> {
    const policy = set.spec.persistentVolumeClaimRetentionPolicy;
    if (policy === undefined || (set.spec.volumeClaimTemplates ?? []).length === 0) return;
    const wanted = new Set(wantedOrdinals(set));
    for (const pod of pods) {
      const ordinal = ordinalOf(set, pod);
      if (ordinal === undefined) continue;
      for (const claim of claimsOf(set, ordinal)) await this.#syncOwner(set, pod, claim, !wanted.has(ordinal));
    }
  }

  async #syncOwner(
    set: appsv1.StatefulSet,
    pod: corev1.Pod,
    claim: corev1.PersistentVolumeClaim,
    scaledDown: boolean,
  ): Promise<void> {
    const present = this.#claims.get(claim.metadata.name, claim.metadata.namespace);
    if (present === undefined) return;
    const before = present.metadata.ownerReferences ?? [];
    const ownerReferences = claimOwners(set, pod, before, scaledDown);
    if (semanticallyEqual(before, ownerReferences)) return;
    await this.#client
      .resource(resources.persistentvolumeclaims)
      .update({ ...present, metadata: { ...present.metadata, ownerReferences } });
  }
}
