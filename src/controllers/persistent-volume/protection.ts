/** Claims that pods use, volumes that claims use, and classes of attributes that either names do not go before their users: the finalizers that hold them, and who still does. */
import {
  type corev1,
  ignoreNotFound,
  type KubernetesObject,
  type ResourceInfo,
  resources,
  type storagev1,
} from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { isDeleting, joinKey, splitKey } from "../support/object.ts";
import { isPodTerminal } from "../support/pod-state.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";

const claimFinalizer = "kubernetes.io/pvc-protection";
const volumeFinalizer = "kubernetes.io/pv-protection";
const classFinalizer = "kubernetes.io/vac-protection";
const claimIndex = "claims";
const classIndex = "classes";

export class ClaimProtectionController extends QueueController {
  readonly #claims: Informer<corev1.PersistentVolumeClaim>;
  readonly #pods: Informer<corev1.Pod>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("persistentvolumeclaim-protection-controller", context, options);
    this.#claims = this.watchOwn(resources.persistentvolumeclaims);
    const enqueueClaims = (pod: corev1.Pod) => {
      for (const key of claimKeysOf(pod)) this.queue.add(key);
    };
    this.#pods = this.watch(resources.pods, {
      update: (pod, old) => {
        if (uses(pod) !== uses(old)) enqueueClaims(pod);
      },
      delete: enqueueClaims,
    });
    this.#pods.addIndex(claimIndex, claimKeysOf);
  }

  protected override async reconcile(key: string): Promise<undefined> {
    const { namespace, name } = splitKey(key);
    const claim = this.#claims.lister.get(name, namespace);
    if (claim === undefined) return;
    const isUsed = this.#pods.lister.byIndex(claimIndex, key).some(uses);
    await syncFinalizer(this.context, resources.persistentvolumeclaims, claim, { finalizer: claimFinalizer, isUsed });
  }
}

export class VolumeProtectionController extends QueueController {
  readonly #volumes: Informer<corev1.PersistentVolume>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("persistentvolume-protection-controller", context, options);
    this.#volumes = this.watchOwn(resources.persistentvolumes);
  }

  protected override async reconcile(name: string): Promise<undefined> {
    const volume = this.#volumes.lister.get(name);
    if (volume === undefined) return;
    const isUsed = volume.status?.phase === "Bound";
    await syncFinalizer(this.context, resources.persistentvolumes, volume, { finalizer: volumeFinalizer, isUsed });
  }
}

export class ClassProtectionController extends QueueController {
  readonly #classes: Informer<storagev1.VolumeAttributesClass>;
  readonly #claims: Informer<corev1.PersistentVolumeClaim>;
  readonly #volumes: Informer<corev1.PersistentVolume>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("volumeattributesclass-protection-controller", context, options);
    this.#classes = this.watchOwn(resources.volumeattributesclasses);
    const enqueue = (names: readonly string[]) => {
      for (const name of names) this.queue.add(name);
    };
    this.#claims = this.watch(resources.persistentvolumeclaims, {
      update: (_, old) => enqueue(classesOfClaim(old)),
      delete: (claim) => enqueue(classesOfClaim(claim)),
    });
    this.#volumes = this.watch(resources.persistentvolumes, {
      update: (_, old) => enqueue(classesOfVolume(old)),
      delete: (volume) => enqueue(classesOfVolume(volume)),
    });
    this.#claims.addIndex(classIndex, classesOfClaim);
    this.#volumes.addIndex(classIndex, classesOfVolume);
  }

  protected override async reconcile(name: string): Promise<undefined> {
    const object = this.#classes.lister.get(name);
    if (object === undefined) return;
    const users = [this.#claims, this.#volumes].map(({ lister }) => lister.byIndex(classIndex, name).length);
    const isUsed = users.some((count) => count > 0);
    await syncFinalizer(this.context, resources.volumeattributesclasses, object, { finalizer: classFinalizer, isUsed });
  }
}

function classesOfVolume({ spec }: corev1.PersistentVolume): string[] {
  return spec.volumeAttributesClassName ? [spec.volumeAttributesClassName] : [];
}

/** The class that is wanted, the one that is had, and the one that is being changed to. */
function classesOfClaim({ spec, status }: corev1.PersistentVolumeClaim): string[] {
  const target = status?.modifyVolumeStatus?.targetVolumeAttributesClassName;
  const names = [spec.volumeAttributesClassName, status?.currentVolumeAttributesClassName, target];
  return [...new Set(names.filter((name) => name !== undefined && name !== ""))] as string[];
}

/** A pod without a node has not mounted anything, one that has ended does not any more. */
function uses(pod: corev1.Pod): boolean {
  return Boolean(pod.spec.nodeName) && !isPodTerminal(pod);
}

function claimKeysOf(pod: corev1.Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const name = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral && `${pod.metadata.name}-${volume.name}`);
    return name ? [joinKey(pod.metadata.namespace, name)] : [];
  });
}

interface Protection {
  readonly finalizer: string;
  readonly isUsed: boolean;
}

/** On as long as the object lives, off when it is to go and nobody uses it. */
async function syncFinalizer<T extends KubernetesObject>(
  context: ComponentContext,
  resource: ResourceInfo<T>,
  object: T,
  { finalizer, isUsed }: Protection,
): Promise<void> {
  const present = object.metadata.finalizers ?? [];
  const isOn = present.includes(finalizer);
  const wanted = isDeleting(object) ? isOn && isUsed : true;
  if (wanted === isOn) return;
  const finalizers = wanted ? [...present, finalizer] : present.filter((one) => one !== finalizer);
  await context.client
    .resource(resource)
    .update({ ...object, metadata: { ...object.metadata, finalizers } })
    .catch(ignoreNotFound);
}
