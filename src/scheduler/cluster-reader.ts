/** The objects beside nodes and pods that decisions read, from informers. */
import {
  type corev1,
  type Labels,
  labelSelectorAsSelector,
  type metav1,
  type policyv1,
  resources,
  type storagev1,
} from "../api/mod.ts";
import type { InformerFactory, Lister } from "../client/mod.ts";
import type { ClusterReader } from "./framework.ts";
import type { Selector } from "./pod-info.ts";

const noLabels: Labels = {};

export class InformedClusterReader implements ClusterReader {
  readonly #namespaces: Lister<corev1.Namespace>;
  readonly #services: Lister<corev1.Service>;
  readonly #claims: Lister<corev1.PersistentVolumeClaim>;
  readonly #volumes: Lister<corev1.PersistentVolume>;
  readonly #classes: Lister<storagev1.StorageClass>;
  readonly #budgets: Lister<policyv1.PodDisruptionBudget>;
  readonly #owners: Owners;
  /** Claims by volume, where a decision has taken the volume and the API server does not show it yet. */
  readonly #reserved = new Map<string, corev1.PersistentVolumeClaim>();

  constructor(informers: InformerFactory) {
    this.#namespaces = informers.informer(resources.namespaces).lister;
    this.#services = informers.informer(resources.services).lister;
    this.#claims = informers.informer(resources.persistentvolumeclaims).lister;
    this.#volumes = informers.informer(resources.persistentvolumes).lister;
    this.#classes = informers.informer(resources.storageclasses).lister;
    this.#budgets = informers.informer(resources.poddisruptionbudgets).lister;
    this.#owners = new Owners(informers);
  }

  namespaceLabels(name: string): Labels {
    return this.#namespaces.get(name)?.metadata.labels ?? noLabels;
  }

  namespaces(): readonly string[] {
    return this.#namespaces.list().map(({ metadata }) => metadata.name);
  }

  owningSelectors(pod: corev1.Pod): readonly Selector[] {
    const labels = pod.metadata.labels ?? noLabels;
    const ofServices = this.#services
      .list(pod.metadata.namespace)
      .filter(({ spec }) => spec.selector && Object.keys(spec.selector).length > 0)
      .map(({ spec }) => equalitySelector(spec.selector!))
      .filter((selector) => selector.matches(labels));
    const ofController = this.#owners.selector(pod);
    return ofController ? [...ofServices, ofController] : ofServices;
  }

  claim(name: string, namespace: string): corev1.PersistentVolumeClaim | undefined {
    return this.#claims.get(name, namespace);
  }

  volume(name: string): corev1.PersistentVolume | undefined {
    return this.#volumes.get(name);
  }

  /** Volumes that a decision has taken look taken. */
  volumes(): readonly corev1.PersistentVolume[] {
    if (this.#reserved.size === 0) return this.#volumes.list();
    return this.#volumes.list().map((volume) => {
      const claim = this.#reserved.get(volume.metadata.name);
      return claim && !volume.spec.claimRef
        ? { ...volume, spec: { ...volume.spec, claimRef: reference(claim) } }
        : volume;
    });
  }

  storageClass(name: string): storagev1.StorageClass | undefined {
    return this.#classes.get(name);
  }

  disruptionBudgets(namespace: string): readonly policyv1.PodDisruptionBudget[] {
    return this.#budgets.list(namespace);
  }

  reserveVolume(volume: string, claim: corev1.PersistentVolumeClaim): void {
    this.#reserved.set(volume, claim);
  }

  releaseVolume(volume: string): void {
    this.#reserved.delete(volume);
  }
}

function reference({ metadata }: corev1.PersistentVolumeClaim): corev1.ObjectReference {
  return { kind: "PersistentVolumeClaim", namespace: metadata.namespace, name: metadata.name, uid: metadata.uid };
}

/** Compiled selectors by the frozen object that holds them. */
const compiled = new WeakMap<object, Selector>();

function remember(holder: object, make: () => Selector): Selector {
  const known = compiled.get(holder) ?? make();
  compiled.set(holder, known);
  return known;
}

function equalitySelector(matchLabels: Labels): Selector {
  return remember(matchLabels, () => labelSelectorAsSelector({ matchLabels }));
}

/** Selectors of the controllers that own pods. */
class Owners {
  readonly #byKind: ReadonlyMap<string, Lister<{ readonly spec: { readonly selector?: unknown } }>>;

  constructor(informers: InformerFactory) {
    this.#byKind = new Map<string, Lister<{ readonly spec: { readonly selector?: unknown } }>>([
      ["ReplicaSet", informers.informer(resources.replicasets).lister],
      ["StatefulSet", informers.informer(resources.statefulsets).lister],
      ["ReplicationController", informers.informer(resources.replicationcontrollers).lister],
    ]);
  }

  selector({ metadata }: corev1.Pod): Selector | undefined {
    const owner = metadata.ownerReferences?.find((candidate) => candidate.controller);
    const selector = owner && this.#byKind.get(owner.kind)?.get(owner.name, metadata.namespace)?.spec.selector;
    if (!selector) return undefined;
    if (owner.kind === "ReplicationController") return equalitySelector(selector as Labels);
    return remember(selector, () => labelSelectorAsSelector(selector as metav1.LabelSelector));
  }
}
