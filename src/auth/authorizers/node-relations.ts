/** Which objects a node has to do with: those that the pods assigned to it name. */
import { type corev1, resources } from "../../api/mod.ts";
import type { Informer, InformerFactory } from "../../client/mod.ts";
import { type PodReferences, podReferences } from "./pod-references.ts";

type PersistentVolume = corev1.PersistentVolume;

const byNode = "auth/node";
const bySecret = "auth/secret";

function volumeSecrets({ spec }: PersistentVolume): readonly string[] {
  const namespace = spec.claimRef?.namespace ?? "";
  const references = [
    spec.csi?.nodePublishSecretRef,
    spec.csi?.nodeStageSecretRef,
    spec.csi?.nodeExpandSecretRef,
    spec.rbd?.secretRef,
    spec.cephfs?.secretRef,
    spec.cinder?.secretRef,
    spec.iscsi?.secretRef,
    spec.flexVolume?.secretRef,
    spec.scaleIO?.secretRef,
  ];
  const named = references.filter((reference) => reference?.name);
  const azure = spec.azureFile ? [`${spec.azureFile.secretNamespace ?? namespace}/${spec.azureFile.secretName}`] : [];
  return [...named.map((reference) => `${reference?.namespace ?? namespace}/${reference?.name}`), ...azure];
}

export type NamespacedKind =
  | "secrets"
  | "configmaps"
  | "persistentvolumeclaims"
  | "resourceclaims"
  | "serviceaccounts"
  | "pods";

export class NodeRelations {
  readonly #pods: Informer<corev1.Pod>;
  readonly #volumes: Informer<PersistentVolume>;
  readonly #attachments;
  readonly #slices;
  /** Pods come frozen and shared from the informer, so what one names is worked out once. */
  readonly #references = new WeakMap<corev1.Pod, PodReferences>();

  constructor(informers: InformerFactory) {
    this.#pods = informers.informer(resources.pods);
    this.#volumes = informers.informer(resources.persistentvolumes);
    this.#attachments = informers.informer(resources.volumeattachments);
    this.#slices = informers.informer(resources.resourceslices);
    this.#pods.addIndex(byNode, (pod) => (pod.spec.nodeName ? [pod.spec.nodeName] : []));
    this.#volumes.addIndex(bySecret, volumeSecrets);
  }

  /** Whether the node needs an object of a namespace. */
  needs(node: string, kind: NamespacedKind, namespace: string, name: string): boolean {
    const pods = this.#podsOf(node).filter((pod) => pod.metadata.namespace === namespace);
    if (kind === "pods") return pods.some((pod) => pod.metadata.name === name);
    if (pods.some((pod) => this.#names(pod, kind, name))) return true;
    return kind === "secrets" && this.#needsSecretOfVolume(node, `${namespace}/${name}`);
  }

  needsVolume(node: string, name: string): boolean {
    const volume = this.#volumes.lister.get(name);
    return volume !== undefined && this.#usesVolume(node, volume);
  }

  ownsAttachment(node: string, name: string): boolean {
    return this.#attachments.lister.get(name)?.spec.nodeName === node;
  }

  ownsSlice(node: string, name: string): boolean {
    return this.#slices.lister.get(name)?.spec.nodeName === node;
  }

  #podsOf(node: string): readonly corev1.Pod[] {
    return this.#pods.lister.byIndex(byNode, node);
  }

  #names(pod: corev1.Pod, kind: Exclude<NamespacedKind, "pods">, name: string): boolean {
    const references = this.#referencesOf(pod);
    switch (kind) {
      case "secrets":
        return references.secrets.has(name);
      case "configmaps":
        return references.configMaps.has(name);
      case "persistentvolumeclaims":
        return references.persistentVolumeClaims.has(name);
      case "resourceclaims":
        return references.resourceClaims.has(name);
      case "serviceaccounts":
        return references.serviceAccount === name;
    }
  }

  #referencesOf(pod: corev1.Pod): PodReferences {
    const known = this.#references.get(pod) ?? podReferences(pod);
    this.#references.set(pod, known);
    return known;
  }

  #needsSecretOfVolume(node: string, key: string): boolean {
    return this.#volumes.lister.byIndex(bySecret, key).some((volume) => this.#usesVolume(node, volume));
  }

  #usesVolume(node: string, volume: PersistentVolume): boolean {
    const { claimRef } = volume.spec;
    if (!claimRef?.name || !claimRef.namespace) return false;
    return this.needs(node, "persistentvolumeclaims", claimRef.namespace, claimRef.name);
  }
}
