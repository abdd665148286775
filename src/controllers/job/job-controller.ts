/** Runs pods to completion. The decisions are in the pure files beside this one; here is what they read and write. */
import {
  type batchv1,
  type corev1,
  isConflict,
  isNotFound,
  labelSelectorAsSelector,
  resources,
} from "../../api/mod.ts";
import { type ComponentContext, createEventRecorder, type EventRecorder, type Informer } from "../../client/mod.ts";
import { claimObjects } from "../support/claim.ts";
import { controlledBy, controllerOf, indexByController, resolveController } from "../support/controller-reference.ts";
import { Expectations } from "../support/expectations.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { isDeleting, keyOf, splitKey } from "../support/object.ts";
import { PodControl } from "../support/pod-control.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { settleAll } from "../support/settle-all.ts";
import { type BackoffRecord, backoffRemaining, noFailures, recordFinished } from "./backoff.ts";
import { hasIndexLimit, lastFailedPods, nextFailureCounts } from "./failed-indexes.ts";
import { newIndexedPod, newJobPod } from "./job-pods.ts";
import { hasTrackingFinalizer, isIndexed, type JobView, trackingFinalizer, viewJob } from "./job-view.ts";
import { deadlineIn, isFinished, type Outcome, outcomeOf } from "./outcome.ts";
import { type JobPlan, planJob } from "./plan.ts";
import { announce, applySuspension, finish, withCounts } from "./status.ts";
import { foldUncounted, trackPods } from "./tracking.ts";

/** Readiness and restarts only move counts: they are written once for all changes within this time. */
const batchMs = 100;
const ownManager = "kubernetes.io/job-controller";
/** Prefix of queue keys that name a pod whose Job is gone. */
const orphanPrefix = "orphan:";

export class JobController extends QueueController {
  readonly #jobs: Informer<batchv1.Job>;
  readonly #pods: Informer<corev1.Pod>;
  readonly #recorder: EventRecorder;
  readonly #podControl: PodControl;
  readonly #expectations: Expectations;
  readonly #backoffs = new Map<string, BackoffRecord>();
  /** Uids of pods whose finalizer is off though the cache does not show it yet. */
  readonly #released = new Set<string>();

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("job-controller", context, options);
    this.#recorder = createEventRecorder(context, { component: "job-controller" });
    this.#expectations = new Expectations(context.clock);
    this.#podControl = new PodControl({
      client: context.client,
      recorder: this.#recorder,
      expectations: this.#expectations,
    });
    this.#jobs = this.watch(resources.jobs, {
      add: (job) => this.enqueue(job),
      update: (job) => this.enqueue(job),
      delete: (job) => this.#jobGone(job),
    });
    this.#pods = this.watch(resources.pods, {
      add: (pod) => this.#podAdded(pod),
      update: (pod, old) => this.#podUpdated(pod, old),
      delete: (pod) => this.#podDeleted(pod),
    });
    indexByController(this.#pods);
  }

  #jobGone(job: batchv1.Job): void {
    this.enqueue(job);
    for (const pod of controlledBy(this.#pods, job.metadata.uid)) this.#enqueueOrphan(pod);
  }

  #podAdded(pod: corev1.Pod): void {
    const job = resolveController(pod, this.#jobs);
    if (job !== undefined) {
      if (isDeleting(pod)) this.#expectations.deletionObserved(keyOf(job), pod.metadata.uid);
      else this.#expectations.creationObserved(keyOf(job));
      this.enqueue(job);
    } else if (hasTrackingFinalizer(pod)) this.#enqueueOrphan(pod);
  }

  #podUpdated(pod: corev1.Pod, old: corev1.Pod): void {
    if (!hasTrackingFinalizer(pod)) this.#released.delete(pod.metadata.uid);
    const oldJob = resolveController(old, this.#jobs);
    const job = resolveController(pod, this.#jobs);
    if (oldJob !== undefined && oldJob !== job) this.enqueue(oldJob);
    if (job === undefined) {
      if (hasTrackingFinalizer(pod)) this.#enqueueOrphan(pod);
      return;
    }
    if (isDeleting(pod)) this.#expectations.deletionObserved(keyOf(job), pod.metadata.uid);
    this.queue.addAfter(keyOf(job), pod.status?.phase === old.status?.phase ? batchMs : 0);
  }

  #podDeleted(pod: corev1.Pod): void {
    this.#released.delete(pod.metadata.uid);
    const job = resolveController(pod, this.#jobs);
    if (job === undefined) return;
    this.#expectations.deletionObserved(keyOf(job), pod.metadata.uid);
    this.enqueue(job);
  }

  #enqueueOrphan(pod: corev1.Pod): void {
    if (hasTrackingFinalizer(pod)) this.queue.add(orphanPrefix + keyOf(pod));
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    if (key.startsWith(orphanPrefix)) return this.#releaseOrphan(key.slice(orphanPrefix.length));
    const { namespace, name } = splitKey(key);
    const job = this.#jobs.lister.get(name, namespace);
    if (job === undefined) {
      this.#expectations.forget(key);
      this.#backoffs.delete(key);
      return;
    }
    if ((job.spec.managedBy ?? ownManager) !== ownManager) return;
    const pods = await this.#claimPods(job);
    if (isFinished(job)) {
      this.#backoffs.delete(key);
      await this.#releasePods(pods.filter(hasTrackingFinalizer));
      return;
    }
    return this.#sync(viewJob(job, pods));
  }

  /** As the cache has them, but for finalizers known to be off. */
  async #claimPods(job: batchv1.Job): Promise<corev1.Pod[]> {
    const claimed = await claimObjects({
      client: this.context.client,
      controller: job,
      resource: resources.jobs,
      selector: labelSelectorAsSelector(job.spec.selector),
      informer: this.#pods,
      finalizer: trackingFinalizer,
    });
    return claimed.map((pod) => (this.#released.has(pod.metadata.uid) ? withoutFinalizer(pod) : pod));
  }

  async #sync(view: JobView): Promise<number | undefined> {
    const { job } = view;
    const key = keyOf(job);
    const record = recordFinished(
      this.#backoffs.get(key) ?? noFailures,
      { succeeded: view.newlySucceeded, failed: view.newlyFailed.filter((pod) => !view.ignored.has(pod)) },
      this.now,
    );
    const outcome = outcomeOf(view, this.now);
    const { active, terminating, again, error } = await this.#managePods(view, outcome, record);
    const counts = { active, ready: view.ready, terminating };
    await this.#track(view, outcome, counts);
    this.#backoffs.set(key, record);
    if (error !== undefined) throw error;
    return earliest(again, deadlineIn(job, this.now) || undefined);
  }

  /** Creates and deletes; the counts are what they are after that. */
  async #managePods(view: JobView, outcome: Outcome | undefined, record: BackoffRecord): Promise<Managed> {
    const unchanged = { active: view.active.length, terminating: view.terminating };
    if (isDeleting(view.job) || !this.#expectations.satisfied(keyOf(view.job))) return unchanged;
    const plan: JobPlan =
      outcome === undefined ? planJob(view, this.now) : { deletes: view.active, creates: 0, indexes: [] };
    const remaining = plan.creates > 0 ? this.#backoffFor(view, record) : 0;
    let created = 0;
    try {
      if (plan.deletes.length > 0) await this.#podControl.delete(view.job, plan.deletes);
      else if (plan.creates > 0 && remaining === 0) created = await this.#createPods(view, plan);
    } catch (error) {
      return { ...unchanged, error };
    }
    if (remaining > 0) return { ...unchanged, again: remaining };
    return {
      active: unchanged.active + created - plan.deletes.length,
      terminating: unchanged.terminating + plan.deletes.length,
    };
  }

  /** With a limit per index each index waits for itself. */
  #backoffFor(view: JobView, record: BackoffRecord): number {
    return hasIndexLimit(view.job) ? 0 : backoffRemaining(record, this.now);
  }

  /** Answers how many; fewer than planned where indexes have to wait. */
  async #createPods(view: JobView, plan: JobPlan): Promise<number> {
    const { job } = view;
    const drafts = isIndexed(job) ? this.#indexedDrafts(view, plan.indexes) : undefined;
    const count = drafts?.length ?? plan.creates;
    await this.#podControl.create(job, count, (position) => drafts?.[position] ?? newJobPod(job));
    return count;
  }

  /** Those whose own backoff is over; the others are looked at again when theirs is. */
  #indexedDrafts(view: JobView, indexes: readonly number[]) {
    const previous = hasIndexLimit(view.job) ? lastFailedPods(view) : new Map<number, corev1.Pod>();
    return indexes.flatMap((index) => {
      const pod = previous.get(index);
      const wait = pod === undefined ? 0 : this.#indexBackoff(view.job, pod);
      if (wait > 0) {
        this.queue.addAfter(keyOf(view.job), wait);
        return [];
      }
      return [newIndexedPod(view.job, index, pod)];
    });
  }

  #indexBackoff(job: batchv1.Job, previous: corev1.Pod): number {
    const { counted, ignored } = nextFailureCounts(job, previous);
    const { lastFailure } = recordFinished(noFailures, { succeeded: [], failed: [previous] }, this.now);
    return backoffRemaining({ failures: counted + ignored, lastFailure }, this.now);
  }

  /** See `tracking.ts` for the order. */
  async #track(
    view: JobView,
    outcome: Outcome | undefined,
    counts: { readonly active: number; readonly ready: number; readonly terminating: number },
  ): Promise<void> {
    const tracking = trackPods(view, outcome);
    const { status: started, event } = applySuspension(view.job, tracking.status, this.now);
    const decided = outcome === undefined ? started : announce(started, outcome, this.now);
    const counted = withCounts(decided, counts);
    const isPending = tracking.hasNew || tracking.release.length > 0;
    let job =
      isPending && !semanticallyEqual(counted, view.job.status) ? await this.#write(view.job, counted) : view.job;
    await this.#releasePods(tracking.release);
    const released = new Set(tracking.release.map((pod) => pod.metadata.uid));
    const left = view.pods.map((pod) => (released.has(pod.metadata.uid) ? withoutFinalizer(pod) : pod));
    const folded = foldUncounted({ ...job, status: counted }, left);
    const isOver = outcome !== undefined && counts.active === 0 && counts.terminating === 0 && !tracking.overflow;
    const status = isOver && hasNoUncounted(folded) ? finish(folded, outcome, this.now) : folded;
    if (!semanticallyEqual(status, job.status)) job = await this.#write(job, status);
    if (event !== undefined) this.#recordSuspension(job, event);
    if (status !== folded) this.#recordEnd(job, outcome!);
    if (tracking.overflow) this.enqueue(job);
  }

  async #write(job: batchv1.Job, status: batchv1.JobStatus): Promise<batchv1.Job> {
    return await this.context.client.resource(resources.jobs).updateStatus({ ...job, status });
  }

  #recordSuspension(job: batchv1.Job, event: "Suspended" | "Resumed"): void {
    this.#recorder.event(job, "Normal", event, event === "Suspended" ? "Job suspended" : "Job resumed");
  }

  #recordEnd(job: batchv1.Job, outcome: Outcome): void {
    if (outcome.type === "Complete") this.#recorder.event(job, "Normal", "Completed", "Job completed");
    else this.#recorder.event(job, "Warning", outcome.reason, outcome.message);
  }

  async #releaseOrphan(key: string): Promise<undefined> {
    const { namespace, name } = splitKey(key);
    const pod = this.#pods.lister.get(name, namespace);
    if (pod === undefined || !hasTrackingFinalizer(pod)) return;
    const reference = controllerOf(pod);
    const job = reference?.kind === "Job" ? this.#jobs.lister.get(reference.name, namespace) : undefined;
    if (job !== undefined && job.metadata.uid === reference?.uid && !isFinished(job)) return;
    await this.#releasePods([pod]);
  }

  async #releasePods(pods: readonly corev1.Pod[]): Promise<void> {
    await settleAll(pods.map((pod) => this.#releasePod(pod)));
  }

  async #releasePod(pod: corev1.Pod): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    const patch = { metadata: { uid, "$deleteFromPrimitiveList/finalizers": [trackingFinalizer] } };
    try {
      await this.context.client.resource(resources.pods).patch(name, patch, { type: "strategic", namespace });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
    const cached = this.#pods.lister.get(name, namespace);
    if (cached?.metadata.uid === uid && hasTrackingFinalizer(cached)) this.#released.add(uid);
  }
}

interface Managed {
  readonly active: number;
  readonly terminating: number;
  readonly again?: number;
  readonly error?: unknown;
}

function withoutFinalizer(pod: corev1.Pod): corev1.Pod {
  const finalizers = (pod.metadata.finalizers ?? []).filter((one) => one !== trackingFinalizer);
  return { ...pod, metadata: { ...pod.metadata, finalizers } };
}

function hasNoUncounted(status: batchv1.JobStatus): boolean {
  const { succeeded, failed } = status.uncountedTerminatedPods ?? {};
  return (succeeded ?? []).length === 0 && (failed ?? []).length === 0;
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
