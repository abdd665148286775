/** Binds claims to volumes, and follows what becomes of either. Volumes are made by people or by provisioners outside. */
import { type corev1, isNotFound, resources, type storagev1 } from "../../api/mod.ts";
import { type ComponentContext, createEventRecorder, type EventRecorder, type Informer } from "../../client/mod.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { joinKey, keyOf, splitKey } from "../support/object.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { findVolume, isClaimedBy, storageClassOf } from "./match.ts";

type Claim = corev1.PersistentVolumeClaim;
type Volume = corev1.PersistentVolume;

const boundByController = "pv.kubernetes.io/bound-by-controller";
const bindCompleted = "pv.kubernetes.io/bind-completed";
const selectedNode = "volume.kubernetes.io/selected-node";
const provisionerAnnotations = [
  "volume.kubernetes.io/storage-provisioner",
  "volume.beta.kubernetes.io/storage-provisioner",
] as const;
const noProvisioner = "kubernetes.io/no-provisioner";

/** Queue keys: `claim:namespace/name` and `volume:name`. */
const claimPrefix = "claim:";
const volumePrefix = "volume:";

export class PersistentVolumeBinder extends QueueController {
  readonly #claims: Informer<Claim>;
  readonly #volumes: Informer<Volume>;
  readonly #classes: Informer<storagev1.StorageClass>;
  readonly #recorder: EventRecorder;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    // One at a time: two claims must not choose the same volume.
    super("persistentvolume-binder-controller", context, { ...options, workers: 1 });
    this.#recorder = createEventRecorder(context, { component: "persistentvolume-controller" });
    const claimChanged = (claim: Claim) => {
      this.queue.add(claimPrefix + keyOf(claim));
      if (claim.spec.volumeName) this.queue.add(volumePrefix + claim.spec.volumeName);
    };
    this.#claims = this.watch(resources.persistentvolumeclaims, {
      add: claimChanged,
      update: claimChanged,
      delete: claimChanged,
    });
    const volumeChanged = (volume: Volume) => this.#volumeChanged(volume);
    this.#volumes = this.watch(resources.persistentvolumes, {
      add: volumeChanged,
      update: volumeChanged,
      delete: volumeChanged,
    });
    this.#classes = this.watch(resources.storageclasses, { add: () => this.#enqueuePending() });
  }

  /** A volume that turns free may be what a claim waits for. */
  #volumeChanged(volume: Volume): void {
    this.queue.add(volumePrefix + volume.metadata.name);
    const reference = volume.spec?.claimRef;
    if (reference?.name) this.queue.add(claimPrefix + joinKey(reference.namespace, reference.name));
    else if (volume.status?.phase === "Available") this.#enqueuePending();
  }

  #enqueuePending(): void {
    for (const claim of this.#claims?.lister.list() ?? []) {
      if (!claim.spec.volumeName) this.queue.add(claimPrefix + keyOf(claim));
    }
  }

  protected override async reconcile(key: string): Promise<undefined> {
    if (key.startsWith(volumePrefix)) return this.#syncVolume(key.slice(volumePrefix.length));
    const { namespace, name } = splitKey(key.slice(claimPrefix.length));
    const claim = this.#claims.lister.get(name, namespace);
    if (claim === undefined) return;
    if (claim.spec.volumeName) await this.#syncNamed(claim, claim.spec.volumeName);
    else await this.#syncUnbound(claim);
  }

  /** The claim names its volume: its author's choice, or ours from before. */
  async #syncNamed(claim: Claim, volumeName: string): Promise<void> {
    const volume = this.#volumes.lister.get(volumeName);
    const wasBound = claim.metadata.annotations?.[bindCompleted] === "yes";
    if (volume === undefined) {
      if (!wasBound) return this.#setPhase(claim, "Pending");
      const message = "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
      this.#recorder.event(claim, "Warning", "ClaimLost", message);
      return this.#setPhase(claim, "Lost");
    }
    if (volume.spec?.claimRef === undefined || isClaimedBy(volume, claim)) return this.#bind(claim, volume);
    if (wasBound) {
      const message = "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!";
      this.#recorder.event(claim, "Warning", "ClaimMisbound", message);
      return this.#setPhase(claim, "Lost");
    }
    const message = `volume "${volumeName}" already bound to a different claim.`;
    this.#recorder.event(claim, "Warning", "FailedBinding", message);
    return this.#setPhase(claim, "Pending");
  }

  async #syncUnbound(claim: Claim): Promise<void> {
    const volume = findVolume(claim, this.#volumes.lister.list());
    const storageClass = this.#classes.lister.get(storageClassOf(claim));
    const waits =
      storageClass?.volumeBindingMode === "WaitForFirstConsumer" && !claim.metadata.annotations?.[selectedNode];
    const isPromised = volume !== undefined && isClaimedBy(volume, claim);
    if (volume !== undefined && (!waits || isPromised)) return this.#bind(claim, volume);
    const pending = waits ? claim : await this.#askProvisioner(claim, storageClass);
    if (waits) {
      const message = "waiting for first consumer to be created before binding";
      this.#recorder.event(claim, "Normal", "WaitForFirstConsumer", message);
    }
    return this.#setPhase(pending, "Pending");
  }

  /** A provisioner outside finds its claims by an annotation. */
  async #askProvisioner(claim: Claim, storageClass: storagev1.StorageClass | undefined): Promise<Claim> {
    const className = storageClassOf(claim);
    if (className === "") {
      const message = "no persistent volumes available for this claim and no storage class is set";
      this.#recorder.event(claim, "Normal", "FailedBinding", message);
      return claim;
    }
    if (storageClass === undefined) {
      const message = `storageclass.storage.k8s.io "${className}" not found`;
      this.#recorder.event(claim, "Warning", "ProvisioningFailed", message);
      return claim;
    }
    const { provisioner } = storageClass;
    if (provisioner === noProvisioner) return claim;
    const message =
      `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. ` +
      "If volume creation is delayed, please verify that the provisioner is running and correctly registered.";
    this.#recorder.event(claim, "Normal", "ExternalProvisioning", message);
    return this.#annotateClaim(claim, Object.fromEntries(provisionerAnnotations.map((name) => [name, provisioner])));
  }

  async #annotateClaim(claim: Claim, added: Record<string, string>): Promise<Claim> {
    const annotations = { ...claim.metadata.annotations, ...added };
    if (semanticallyEqual(annotations, claim.metadata.annotations ?? {})) return claim;
    const metadata = { ...claim.metadata, annotations };
    return this.context.client.resource(resources.persistentvolumeclaims).update({ ...claim, metadata });
  }

  /** In this order, so that a crash in between leaves a promise and never two owners: the volume's promise, then the claim. */
  async #bind(claim: Claim, volume: Volume): Promise<void> {
    const promised = await this.#promise(claim, volume);
    await this.#setVolumePhase(promised, "Bound");
    const named = await this.#nameVolume(claim, promised);
    const status = {
      ...named.status,
      phase: "Bound" as const,
      accessModes: [...(promised.spec?.accessModes ?? [])],
      capacity: { ...promised.spec?.capacity },
    };
    if (semanticallyEqual(named.status, status)) return;
    await this.context.client.resource(resources.persistentvolumeclaims).updateStatus({ ...named, status });
  }

  async #promise(claim: Claim, volume: Volume): Promise<Volume> {
    if (volume.spec?.claimRef?.uid === claim.metadata.uid) return volume;
    const { name, namespace, uid, resourceVersion } = claim.metadata;
    const isOurs = volume.spec?.claimRef === undefined;
    const claimRef = { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid, resourceVersion };
    const annotations = { ...volume.metadata.annotations, ...(isOurs ? { [boundByController]: "yes" } : {}) };
    return this.context.client.resource(resources.persistentvolumes).update({
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: { ...volume.spec, claimRef },
    } as Volume);
  }

  async #nameVolume(claim: Claim, volume: Volume): Promise<Claim> {
    const isOurs = !claim.spec.volumeName;
    const added = { [bindCompleted]: "yes", ...(isOurs ? { [boundByController]: "yes" } : {}) };
    if (!isOurs) return this.#annotateClaim(claim, added);
    const annotations = { ...claim.metadata.annotations, ...added };
    return this.context.client.resource(resources.persistentvolumeclaims).update({
      ...claim,
      metadata: { ...claim.metadata, annotations },
      spec: { ...claim.spec, volumeName: volume.metadata.name },
    });
  }

  async #setPhase(claim: Claim, phase: "Pending" | "Lost"): Promise<void> {
    if (claim.status?.phase === phase) return;
    const status = { ...claim.status, phase };
    await this.context.client.resource(resources.persistentvolumeclaims).updateStatus({ ...claim, status });
  }

  async #syncVolume(name: string): Promise<undefined> {
    const volume = this.#volumes.lister.get(name);
    if (volume === undefined) return;
    const reference = volume.spec?.claimRef;
    // Without a uid it is a promise of its author to a claim that may not exist yet.
    if (reference === undefined || !reference.uid) await this.#setVolumePhase(volume, "Available");
    else if (!(await this.#claimLives(reference))) await this.#setVolumePhase(volume, "Released");
  }

  /** A claim that the cache does not have may be newer than the cache. */
  async #claimLives(reference: corev1.ObjectReference): Promise<boolean> {
    const { name = "", namespace, uid } = reference;
    if (this.#claims.lister.get(name, namespace)?.metadata.uid === uid) return true;
    try {
      const claim = await this.context.client.resource(resources.persistentvolumeclaims).get(name, { namespace });
      return claim.metadata.uid === uid;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  async #setVolumePhase(volume: Volume, phase: "Available" | "Bound" | "Released"): Promise<void> {
    if (volume.status?.phase === phase) return;
    const status = { ...volume.status, phase };
    await this.context.client.resource(resources.persistentvolumes).updateStatus({ ...volume, status });
  }
}
