/** Gives pods a stable name, storage and order. The decisions are in `plan.ts`; here is what they read and write. */
import { type appsv1, type corev1, ignoreNotFound, labelSelectorAsSelector, resources } from "../../api/mod.ts";
import { type ComponentContext, createEventRecorder, type Informer } from "../../client/mod.ts";
import { affectedOwners } from "../support/affected-owners.ts";
import { claimObjects } from "../support/claim.ts";
import { indexByController, newControllerReference, resolveController } from "../support/controller-reference.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { isDeleting, keyOf, splitKey } from "../support/object.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { ensureRevision, sortRevisions, templateOf, truncateHistory } from "../support/revision-history.ts";
import { settleAll } from "../support/settle-all.ts";
import { UnseenWrites } from "../support/unseen-writes.ts";
import { ordinalOf, revisionOf } from "./identity.ts";
import { planSet, type SetPlan, type SetState } from "./plan.ts";
import { SetPodControl } from "./set-pod-control.ts";
import { setStatus } from "./status.ts";

const revisionHashLabel = "controller.kubernetes.io/hash";
const defaultHistoryLimit = 10;
/** The event of an own write normally comes first; this is for one that got lost. */
const waitMs = 1_000;

interface Revisions {
  readonly current: appsv1.ControllerRevision;
  readonly update: appsv1.ControllerRevision;
  readonly all: readonly appsv1.ControllerRevision[];
  readonly collisionCount: number;
}

export class StatefulSetController extends QueueController {
  readonly #sets: Informer<appsv1.StatefulSet>;
  readonly #pods: Informer<corev1.Pod>;
  readonly #claims: Informer<corev1.PersistentVolumeClaim>;
  readonly #revisions: Informer<appsv1.ControllerRevision>;
  readonly #podControl: SetPodControl;
  readonly #unseen: UnseenWrites;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("statefulset-controller", context, options);
    const recorder = createEventRecorder(context, { component: "statefulset-controller" });
    this.#sets = this.watchOwn(resources.statefulsets);
    this.#claims = this.watch(resources.persistentvolumeclaims);
    this.#podControl = new SetPodControl(context.client, recorder, this.#claims.lister);
    this.#revisions = this.watch(resources.controllerrevisions);
    indexByController(this.#revisions);
    this.#pods = this.watch(resources.pods, {
      add: (pod) => this.#podChanged(pod),
      update: (pod, old) => this.#podChanged(pod, old),
      delete: (pod) => {
        const owner = resolveController(pod, this.#sets);
        if (owner !== undefined) this.#unseen.gone(keyOf(owner), pod);
        this.#podChanged(pod);
      },
    });
    indexByController(this.#pods);
    this.#unseen = new UnseenWrites(context.clock, this.#pods.lister);
  }

  #podChanged(pod: corev1.Pod, old?: corev1.Pod): void {
    for (const set of affectedOwners(this.#sets, selectorOf, pod, old)) this.enqueue(set);
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const set = this.#sets.lister.get(name, namespace);
    if (set === undefined) {
      this.#unseen.forget(key);
      return;
    }
    if (this.#unseen.isWaiting(key)) return waitMs;
    const pods = await this.#claimPods(set);
    const revisions = await this.#ensureRevisions(set);
    const state: SetState = {
      set,
      pods,
      currentRevision: revisions.current.metadata.name,
      updateRevision: revisions.update.metadata.name,
      now: this.now,
    };
    const { status, checkIn } = setStatus(state, revisions.collisionCount);
    await this.#writeStatus(set, status);
    // Before pods go: a claim that goes with its pod must know it.
    if (!isDeleting(set)) await this.#podControl.syncClaimOwners(set, pods);
    await this.#carryOut(state, planSet(state), revisions);
    await this.#truncate(state, revisions, status);
    return checkIn;
  }

  #claimPods(set: appsv1.StatefulSet): Promise<corev1.Pod[]> {
    return claimObjects({
      client: this.context.client,
      controller: set,
      resource: resources.statefulsets,
      selector: selectorOf(set),
      informer: this.#pods,
      mayAdopt: (pod) => ordinalOf(set, pod) !== undefined,
    });
  }

  async #ensureRevisions(set: appsv1.StatefulSet): Promise<Revisions> {
    const existing = await this.#claimRevisions(set);
    const ensured = await ensureRevision(
      this.context.client,
      {
        owner: set,
        reference: newControllerReference(set, resources.statefulsets),
        template: set.spec.template,
        ...(set.metadata.annotations ? { annotations: set.metadata.annotations } : {}),
        hashLabel: revisionHashLabel,
        collisionCount: set.status?.collisionCount ?? 0,
      },
      existing,
    );
    const { revision: update, revisions: all, collisionCount } = ensured;
    const current = all.find((one) => one.metadata.name === set.status?.currentRevision) ?? update;
    return { current, update, all, collisionCount };
  }

  #claimRevisions(set: appsv1.StatefulSet): Promise<appsv1.ControllerRevision[]> {
    return claimObjects({
      client: this.context.client,
      controller: set,
      resource: resources.statefulsets,
      selector: selectorOf(set),
      informer: this.#revisions,
    });
  }

  async #writeStatus(set: appsv1.StatefulSet, status: appsv1.StatefulSetStatus): Promise<void> {
    if (semanticallyEqual(set.status, status)) return;
    await this.context.client
      .resource(resources.statefulsets)
      .updateStatus({ ...set, status })
      .catch(ignoreNotFound);
  }

  async #carryOut(state: SetState, plan: SetPlan, revisions: Revisions): Promise<void> {
    const { set } = state;
    const templates = new Map(revisions.all.map((one) => [one.metadata.name, one]));
    const creates = plan.creates.map(async ({ ordinal, revision }) => {
      const template = templateOf(templates.get(revision) ?? revisions.update);
      const pod = await this.#podControl.create(set, template, { ordinal, revision });
      if (pod !== undefined) this.#unseen.wrote(keyOf(set), pod);
    });
    const deletes = plan.deletes.map((pod) => this.#podControl.delete(set, pod));
    const repairs = plan.repairs.map((pod) => this.#podControl.repair(set, pod));
    await settleAll([...creates, ...deletes, ...repairs]);
  }

  async #truncate(state: SetState, revisions: Revisions, status: appsv1.StatefulSetStatus): Promise<void> {
    const used = new Set([status.currentRevision, status.updateRevision, ...state.pods.map(revisionOf)]);
    await truncateHistory(this.context.client, sortRevisions(revisions.all), {
      inUse: (revision) => used.has(revision.metadata.name),
      limit: state.set.spec.revisionHistoryLimit ?? defaultHistoryLimit,
    });
  }
}

function selectorOf(set: appsv1.StatefulSet) {
  return labelSelectorAsSelector(set.spec.selector);
}
