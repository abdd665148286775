/**
 * Deletes what its owners have left behind: background, foreground and orphaning deletion (upstream's rules for owner references: a
 * namespaced owner is looked for in the dependent's own namespace, and a cluster-wide object cannot have a namespaced owner).
 */
import { type KubernetesObject, type metav1, type ResourceInfo, resources } from "../../api/mod.ts";
import { type ComponentContext, createEventRecorder, type EventRecorder } from "../../client/mod.ts";
import { resourceKey } from "../support/discovery.ts";
import { isDeleting, joinKey, splitKey } from "../support/object.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { AbsentOwners } from "./absent-owners.ts";
import { LiveObjects } from "./live-objects.ts";
import { Monitors } from "./monitors.ts";
import { UnknownOwners } from "./unknown-owners.ts";
import {
  type DependentFinding,
  decide,
  type OwnerFinding,
  type OwnerState,
  orphanFinalizer,
  type Verdict,
  waitsForDependents,
} from "./verdict.ts";

/** The queue's key for following the custom resources. */
const refreshKey = "resources";
const refreshAfterChangeMs = 100;
const refreshRetryMs = 5_000;
const settleMs = 5_000;

export class GarbageCollector extends QueueController {
  readonly #monitors: Monitors;
  readonly #absent: AbsentOwners;
  readonly #unknown = new UnknownOwners();
  readonly #live: LiveObjects;
  readonly #recorder: EventRecorder;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("garbage-collector-controller", context, { workers: 20, ...options });
    this.#absent = new AbsentOwners(context.clock);
    this.#live = new LiveObjects(context.client);
    this.#recorder = createEventRecorder(context, { component: "garbage-collector-controller" });
    this.#monitors = new Monitors(context, this.declared, {
      changed: (resource, object, old) => this.#changed(resource, object, old),
      gone: (resource, object) => this.#gone(resource, object),
    });
    this.#monitors.watchDeclared();
    const refresh = () => this.queue.addAfter(refreshKey, refreshAfterChangeMs);
    const handler = { add: refresh, update: refresh, delete: refresh };
    this.watch(resources.customresourcedefinitions, handler);
    this.watch(resources.apiservices, handler);
  }

  /** Without the custom resources' caches a foreground deletion would end before its custom dependents. */
  protected override async prepare(): Promise<void> {
    const again = await this.#refresh();
    if (again !== undefined) this.queue.addAfter(refreshKey, again);
    await this.#monitors.settled(settleMs);
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.#monitors.stop();
  }

  #changed(resource: ResourceInfo<KubernetesObject>, object: KubernetesObject, old?: KubernetesObject): void {
    if (old !== undefined && old.metadata.uid !== object.metadata.uid) this.#gone(resource, old);
    const owners = object.metadata.ownerReferences;
    if (isDeleting(object)) {
      if (object.metadata.finalizers !== undefined) this.#enqueue(resource, object);
      // A blocking dependent that no longer blocks frees its owner.
      if (old !== undefined && owners !== old.metadata.ownerReferences) this.#enqueueWaitingOwners(old);
      return;
    }
    if (owners === undefined && old?.metadata.ownerReferences === undefined) return;
    if (old !== undefined && sameReferences(owners, old.metadata.ownerReferences)) return;
    if (old !== undefined) this.#enqueueWaitingOwners(old);
    if (owners?.some((owner) => !this.#isKnownSolid(object, owner))) this.#enqueue(resource, object);
  }

  #gone(_resource: ResourceInfo<KubernetesObject>, object: KubernetesObject): void {
    this.#absent.deleted(object.metadata.uid);
    for (const { resource, object: dependent } of this.#monitors.dependentsOf(object.metadata.uid)) {
      this.#enqueue(resource, dependent);
    }
    this.#enqueueWaitingOwners(object);
  }

  #enqueueWaitingOwners(object: KubernetesObject): void {
    for (const reference of object.metadata.ownerReferences ?? []) {
      const monitor = this.#monitors.ofKind(reference.apiVersion, reference.kind);
      const owner = monitor?.lister.get(reference.name, ownerNamespace(object, monitor.resource));
      if (owner?.metadata.uid === reference.uid && waitsForDependents(owner)) this.#enqueue(monitor!.resource, owner);
    }
  }

  #isKnownSolid(object: KubernetesObject, reference: metav1.OwnerReference): boolean {
    const monitor = this.#monitors.ofKind(reference.apiVersion, reference.kind);
    const owner = monitor?.lister.get(reference.name, ownerNamespace(object, monitor.resource));
    return owner?.metadata.uid === reference.uid && !waitsForDependents(owner);
  }

  #enqueue(resource: ResourceInfo<KubernetesObject>, object: KubernetesObject): void {
    this.queue.add(keyOf(resource, object));
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    if (key === refreshKey) return this.#refresh();
    const [monitorKey = "", objectKey = ""] = key.split("|");
    const monitor = this.#monitors.monitor(monitorKey);
    const { namespace, name } = splitKey(objectKey);
    const cached = monitor?.lister.get(name, namespace);
    if (monitor === undefined || cached === undefined || this.#needsNothing(cached)) return;
    const { resource } = monitor;
    // The cache may be behind, and somebody may have taken the object over: what is done to it goes by what it is now.
    const object = await this.#live.read(resource, cached.metadata);
    if (object === undefined) return;
    const verdict = decide(object, await this.#ownersOf(resource, object), this.#dependentsOf(object));
    await this.#carryOut(resource, object, verdict);
    return undefined;
  }

  /** By the caches alone: whatever they do not show yet will come as a change of the object or of an owner. */
  #needsNothing(object: KubernetesObject): boolean {
    if (isDeleting(object)) return object.metadata.finalizers === undefined;
    return object.metadata.ownerReferences?.every((owner) => this.#isKnownSolid(object, owner)) !== false;
  }

  async #refresh(): Promise<number | undefined> {
    const errors = await this.#monitors.refresh();
    const isKnown = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) =>
      this.#monitors.ofKind(apiVersion, kind) !== undefined;
    for (const key of this.#unknown.takeKnown(isKnown)) this.queue.add(key);
    if (errors.length === 0) return undefined;
    this.context.log.debug({ controller: this.name, errors }, "some resources could not be discovered");
    return refreshRetryMs;
  }

  #dependentsOf(owner: KubernetesObject): DependentFinding[] {
    return this.#monitors.dependentsOf(owner.metadata.uid).map(({ object }) => ({
      object,
      blocks:
        object.metadata.ownerReferences?.some(
          (one) => one.uid === owner.metadata.uid && one.blockOwnerDeletion === true,
        ) === true,
    }));
  }

  #ownersOf(resource: ResourceInfo<KubernetesObject>, object: KubernetesObject): Promise<OwnerFinding[]> {
    if (isDeleting(object)) return Promise.resolve([]);
    const references = object.metadata.ownerReferences ?? [];
    return Promise.all(
      references.map(async (reference) => ({ reference, state: await this.#stateOf(resource, object, reference) })),
    );
  }

  async #stateOf(
    resource: ResourceInfo<KubernetesObject>,
    object: KubernetesObject,
    reference: metav1.OwnerReference,
  ): Promise<OwnerState> {
    const monitor = this.#monitors.ofKind(reference.apiVersion, reference.kind);
    if (monitor?.resource.namespaced && !resource.namespaced) {
      this.#reportInvalidOwner(object, reference);
      return "unknown";
    }
    if (this.#absent.isDeleted(reference.uid)) return "dangling";
    if (monitor === undefined) {
      this.#unknown.wait(reference, keyOf(resource, object));
      return "unknown";
    }
    const namespace = ownerNamespace(object, monitor.resource);
    if (this.#absent.isUnresolved(reference, namespace)) return "dangling";
    const cached = monitor.lister.get(reference.name, namespace);
    const owner =
      cached?.metadata.uid === reference.uid
        ? cached
        : await this.#live.read(monitor.resource, { name: reference.name, namespace, uid: reference.uid });
    if (owner === undefined) {
      this.#absent.unresolved(reference, namespace);
      return "dangling";
    }
    return waitsForDependents(owner) ? "waiting" : "solid";
  }

  #reportInvalidOwner(object: KubernetesObject, reference: metav1.OwnerReference): void {
    const message = `ownerRef [${reference.apiVersion}/${reference.kind}, namespace: , name: ${reference.name}, uid: ${reference.uid}] does not exist in namespace ""`;
    this.#recorder.event(object, "Warning", "OwnerRefInvalidNamespace", message);
  }

  async #carryOut(resource: ResourceInfo<KubernetesObject>, object: KubernetesObject, verdict: Verdict): Promise<void> {
    switch (verdict.action) {
      case "keep":
        return;
      case "disown":
        return this.#disown(resource, object, verdict.uids);
      case "delete":
        return this.#delete(resource, object, verdict);
      case "release":
        return this.#live.removeFinalizer(resource, object, verdict.finalizer);
      case "delete-dependents":
        return this.#enqueueDependents(object, verdict.dependents);
      case "orphan-dependents":
        return this.#orphanDependents(resource, object);
    }
  }

  #enqueueDependents(owner: KubernetesObject, wanted: readonly KubernetesObject[]): void {
    const chosen = new Set(wanted);
    for (const { resource, object } of this.#monitors.dependentsOf(owner.metadata.uid)) {
      if (chosen.has(object)) this.#enqueue(resource, object);
    }
  }

  async #orphanDependents(resource: ResourceInfo<KubernetesObject>, owner: KubernetesObject): Promise<void> {
    const uids = new Set([owner.metadata.uid]);
    const dependents = this.#monitors.dependentsOf(owner.metadata.uid);
    await Promise.all(
      dependents.map(async (one) => {
        const object = await this.#live.read(one.resource, one.object.metadata);
        if (object !== undefined) await this.#disown(one.resource, object, uids);
      }),
    );
    await this.#live.removeFinalizer(resource, owner, orphanFinalizer);
  }

  async #disown(
    resource: ResourceInfo<KubernetesObject>,
    object: KubernetesObject,
    uids: ReadonlySet<string>,
  ): Promise<void> {
    const owners = object.metadata.ownerReferences ?? [];
    const kept = owners.filter((one) => !uids.has(one.uid));
    if (kept.length < owners.length) await this.#live.patchOwners(resource, object, kept);
  }

  async #delete(
    resource: ResourceInfo<KubernetesObject>,
    object: KubernetesObject,
    { policy, unblock }: Extract<Verdict, { action: "delete" }>,
  ): Promise<void> {
    const owners = object.metadata.ownerReferences ?? [];
    const latest = unblock ? await this.#live.patchOwners(resource, object, unblocked(owners)) : object;
    if (latest !== undefined) await this.#live.delete(resource, latest, policy);
  }
}

function ownerNamespace(dependent: KubernetesObject, owner: ResourceInfo<KubernetesObject>): string | undefined {
  return owner.namespaced ? dependent.metadata.namespace : undefined;
}

function unblocked(owners: readonly metav1.OwnerReference[]): metav1.OwnerReference[] {
  return owners.map(({ blockOwnerDeletion: _, ...owner }) => owner);
}

function sameReferences(
  a: readonly metav1.OwnerReference[] | undefined,
  b: readonly metav1.OwnerReference[] | undefined,
): boolean {
  return a === b || JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
}

function keyOf(resource: ResourceInfo<KubernetesObject>, { metadata }: KubernetesObject): string {
  return `${resourceKey(resource)}|${joinKey(metadata.namespace, metadata.name)}`;
}
