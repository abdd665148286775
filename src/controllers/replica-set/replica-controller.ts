/** The engine of ReplicaSets and ReplicationControllers: keeps as many pods of a template as are wanted. */
import { type corev1, ignoreNotFound, resources } from "../../api/mod.ts";
import { type ComponentContext, createEventRecorder, type Informer } from "../../client/mod.ts";
import { adopters } from "../support/affected-owners.ts";
import { claimObjects } from "../support/claim.ts";
import {
  controlledBy,
  controllerOf,
  indexByController,
  newControllerReference,
  resolveController,
} from "../support/controller-reference.ts";
import { Expectations } from "../support/expectations.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { isDeleting, keyOf, splitKey } from "../support/object.ts";
import { PodControl, podFromTemplate } from "../support/pod-control.ts";
import { podsToDelete } from "../support/pod-ranking.ts";
import { isPodActive, isPodReady, isPodTerminating } from "../support/pod-state.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { type Replicated, type ReplicatedKind, wantedReplicas } from "./replicated.ts";
import { replicaDifference, replicaStatus, sameReplicaStatus } from "./status.ts";

/** Most pods created or deleted in one sync. */
const burst = 500;

interface Failure {
  readonly error: unknown;
  readonly difference: number;
}

export class ReplicaController<T extends Replicated> extends QueueController {
  readonly #kind: ReplicatedKind<T>;
  readonly #owners: Informer<T>;
  readonly #pods: Informer<corev1.Pod>;
  readonly #expectations: Expectations;
  readonly #podControl: PodControl;

  constructor(kind: ReplicatedKind<T>, options: QueueControllerOptions, context: ComponentContext) {
    super(kind.controllerName, context, options);
    this.#kind = kind;
    this.#expectations = new Expectations(context.clock);
    const recorder = createEventRecorder(context, { component: kind.eventSource });
    this.#podControl = new PodControl({ client: context.client, recorder, expectations: this.#expectations });
    this.#owners = this.watchOwn(kind.resource);
    indexByController(this.#owners);
    this.#pods = this.watch(resources.pods, {
      add: (pod) => this.#podAdded(pod),
      update: (pod, old) => this.#podUpdated(pod, old),
      delete: (pod) => this.#podDeleted(pod),
    });
    indexByController(this.#pods);
  }

  #podAdded(pod: corev1.Pod): void {
    if (isDeleting(pod)) {
      this.#podDeleted(pod);
      return;
    }
    const owner = resolveController(pod, this.#owners);
    if (owner !== undefined) {
      this.#expectations.creationObserved(keyOf(owner));
      this.#enqueueOwner(owner);
    } else if (controllerOf(pod) === undefined) this.#enqueueAdopters(pod);
  }

  #podUpdated(pod: corev1.Pod, old: corev1.Pod): void {
    if (isDeleting(pod)) {
      this.#podDeleted(pod);
      return;
    }
    const oldOwner = resolveController(old, this.#owners);
    const owner = resolveController(pod, this.#owners);
    if (oldOwner !== undefined && oldOwner !== owner) this.enqueue(oldOwner);
    if (owner !== undefined) {
      if (oldOwner !== owner || countsChanged(pod, old)) this.#enqueueOwner(owner);
    } else if (controllerOf(pod) === undefined) this.#enqueueAdopters(pod);
  }

  /** Begins to go away, or is gone: either way it is no replica any more. */
  #podDeleted(pod: corev1.Pod): void {
    const owner = resolveController(pod, this.#owners);
    if (owner === undefined) return;
    this.#expectations.deletionObserved(keyOf(owner), pod.metadata.uid);
    this.#enqueueOwner(owner);
  }

  #enqueueOwner(owner: T): void {
    this.enqueueSized(keyOf(owner), wantedReplicas(owner));
  }

  #enqueueAdopters(pod: corev1.Pod): void {
    for (const owner of adopters(this.#owners, this.#kind.selectorOf, pod)) this.enqueue(owner);
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const owner = this.#owners.lister.get(name, namespace);
    if (owner === undefined) {
      this.#expectations.forget(key);
      return;
    }
    const mayManage = this.#expectations.satisfied(key);
    const activePods = await this.#claimPods(owner);
    const failure = mayManage && !isDeleting(owner) ? await this.#manage(owner, activePods) : undefined;
    const checkIn = await this.#writeStatus(owner, activePods, failure);
    if (failure !== undefined) throw failure.error;
    return checkIn;
  }

  async #claimPods(owner: T): Promise<corev1.Pod[]> {
    return claimObjects({
      client: this.context.client,
      controller: owner,
      resource: this.#kind.resource,
      selector: this.#kind.selectorOf(owner),
      informer: this.#pods,
      isCandidate: isPodActive,
    });
  }

  async #manage(owner: T, activePods: readonly corev1.Pod[]): Promise<Failure | undefined> {
    const difference = replicaDifference(owner, activePods.length);
    try {
      if (difference < 0) await this.#create(owner, Math.min(-difference, burst));
      if (difference > 0) await this.#delete(owner, activePods, Math.min(difference, burst));
      return undefined;
    } catch (error) {
      return { error, difference };
    }
  }

  async #create(owner: T, count: number): Promise<void> {
    const reference = newControllerReference(owner, this.#kind.resource);
    const pod = podFromTemplate(owner.spec.template ?? {}, owner, reference);
    await this.#podControl.create(owner, count, () => pod);
  }

  async #delete(owner: T, pods: readonly corev1.Pod[], count: number): Promise<void> {
    const chosen = podsToDelete({ pods, related: this.#relatedPods(owner), count, now: this.now });
    await this.#podControl.delete(owner, chosen);
  }

  /** Pods of all sets that the same deployment owns: together they crowd a node. */
  #relatedPods(owner: T): readonly corev1.Pod[] {
    const parent = controllerOf(owner);
    const family = parent === undefined ? [owner] : controlledBy(this.#owners, parent.uid);
    return family.flatMap((member) => controlledBy(this.#pods, member.metadata.uid)).filter(isPodActive);
  }

  async #writeStatus(owner: T, activePods: readonly corev1.Pod[], failure: Failure | undefined) {
    const terminating = controlledBy(this.#pods, owner.metadata.uid).filter(isPodTerminating);
    const { status, checkIn } = replicaStatus({
      owner,
      activePods,
      ...(this.#kind.countsTerminating ? { terminatingPods: terminating } : {}),
      ...(failure ? { failure } : {}),
      now: this.now,
    });
    if (sameReplicaStatus(owner.status, status)) return checkIn;
    await this.context.client
      .resource(this.#kind.resource)
      .updateStatus({ ...owner, status })
      .catch(ignoreNotFound);
    return checkIn;
  }
}

/** Something that an owner counts or selects by: bindings, addresses and container states are most of all updates, and are not. */
function countsChanged(pod: corev1.Pod, old: corev1.Pod): boolean {
  return (
    isPodReady(pod) !== isPodReady(old) ||
    isPodActive(pod) !== isPodActive(old) ||
    !semanticallyEqual(pod.metadata.labels, old.metadata.labels)
  );
}
