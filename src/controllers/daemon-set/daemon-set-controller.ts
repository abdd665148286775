/** Keeps one pod on every node that fits. The decisions are in `plan.ts`; here is what they read and write. */
import { type appsv1, type corev1, ignoreNotFound, labelSelectorAsSelector, resources } from "../../api/mod.ts";
import { type ComponentContext, createEventRecorder, type EventRecorder, type Informer } from "../../client/mod.ts";
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
import { PodControl } from "../support/pod-control.ts";
import { availableIn } from "../support/pod-state.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { type EnsuredRevision, ensureRevision, truncateHistory } from "../support/revision-history.ts";
import { settleAll } from "../support/settle-all.ts";
import { judgeNode, newDaemonPod, revisionLabel } from "./daemon-pods.ts";
import { EndedPodBackoff } from "./ended-pod-backoff.ts";
import { type DaemonState, daemonStatus, planPlacement, planUpdate } from "./plan.ts";

/** Most pods created or deleted in one sync. */
const burst = 250;
const defaultHistoryLimit = 10;

export class DaemonSetController extends QueueController {
  readonly #sets: Informer<appsv1.DaemonSet>;
  readonly #pods: Informer<corev1.Pod>;
  readonly #nodes: Informer<corev1.Node>;
  readonly #revisions: Informer<appsv1.ControllerRevision>;
  readonly #expectations: Expectations;
  readonly #podControl: PodControl;
  readonly #recorder: EventRecorder;
  readonly #backoff: EndedPodBackoff;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("daemonset-controller", context, options);
    this.#expectations = new Expectations(context.clock);
    this.#backoff = new EndedPodBackoff(context.clock);
    this.#recorder = createEventRecorder(context, { component: "daemonset-controller" });
    this.#podControl = new PodControl({
      client: context.client,
      recorder: this.#recorder,
      expectations: this.#expectations,
    });
    this.#sets = this.watchOwn(resources.daemonsets);
    this.#nodes = this.watch(resources.nodes, {
      add: (node) => this.#enqueueFor((set) => judgeNode(set, node).shouldRun),
      update: (node, old) => this.#nodeUpdated(node, old),
      delete: (node) => this.#enqueueFor((set) => judgeNode(set, node).shouldRun),
    });
    this.#revisions = this.watch(resources.controllerrevisions);
    indexByController(this.#revisions);
    this.#pods = this.watch(resources.pods, {
      add: (pod) => this.#podChanged(pod, undefined),
      update: (pod, old) => this.#podChanged(pod, old),
      delete: (pod) => this.#podDeleted(pod),
    });
    indexByController(this.#pods);
  }

  #enqueueFor(concerned: (set: appsv1.DaemonSet) => boolean): void {
    for (const set of this.#sets.lister.list()) if (concerned(set)) this.enqueue(set);
  }

  /** Heartbeats change nothing that decides over daemons. */
  #nodeUpdated(node: corev1.Node, old: corev1.Node): void {
    const same =
      semanticallyEqual(node.metadata.labels, old.metadata.labels) &&
      semanticallyEqual(node.spec.taints, old.spec.taints);
    if (same) return;
    this.#enqueueFor((set) => {
      const before = judgeNode(set, old);
      const after = judgeNode(set, node);
      return before.shouldRun !== after.shouldRun || before.shouldContinue !== after.shouldContinue;
    });
  }

  #podChanged(pod: corev1.Pod, old: corev1.Pod | undefined): void {
    if (isDeleting(pod)) {
      this.#podDeleted(pod);
      return;
    }
    const set = resolveController(pod, this.#sets);
    const oldSet = old === undefined ? undefined : resolveController(old, this.#sets);
    if (oldSet !== undefined && oldSet !== set) this.enqueue(oldSet);
    if (set !== undefined) {
      if (old === undefined) this.#expectations.creationObserved(keyOf(set));
      this.enqueueSized(keyOf(set), set.status?.desiredNumberScheduled ?? 0);
    } else if (controllerOf(pod) === undefined) this.#enqueueAdopters(pod);
  }

  #podDeleted(pod: corev1.Pod): void {
    const set = resolveController(pod, this.#sets);
    if (set === undefined) return;
    this.#expectations.deletionObserved(keyOf(set), pod.metadata.uid);
    this.enqueue(set);
  }

  #enqueueAdopters(pod: corev1.Pod): void {
    for (const set of adopters(this.#sets, selectorOf, pod)) this.enqueue(set);
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const set = this.#sets.lister.get(name, namespace);
    if (set === undefined) {
      this.#expectations.forget(key);
      this.#backoff.forget(key);
      return;
    }
    if (isDeleting(set)) return;
    if (selectorOf(set).empty) {
      const message = "This daemon set is selecting all pods. A non-empty selector is required.";
      this.#recorder.event(set, "Warning", "SelectingAll", message);
      return;
    }
    const ensured = await this.#ensureRevision(set);
    const pods = await this.#claim(set);
    const hash = ensured.revision.metadata.labels?.[revisionLabel] ?? "";
    const state: DaemonState = { set, nodes: this.#nodes.lister.list(), pods, hash, now: this.now };
    const again = await this.#manage(key, state);
    await this.#truncate(state, ensured);
    await this.#writeStatus(set, daemonStatus(state, ensured.collisionCount));
    return again ?? this.#availabilityCheckIn(state);
  }

  #ensureRevision(set: appsv1.DaemonSet): Promise<EnsuredRevision> {
    const existing = controlledBy(this.#revisions, set.metadata.uid);
    return ensureRevision(
      this.context.client,
      {
        owner: set,
        reference: newControllerReference(set, resources.daemonsets),
        template: set.spec.template,
        ...(set.metadata.annotations ? { annotations: set.metadata.annotations } : {}),
        hashLabel: revisionLabel,
        collisionCount: set.status?.collisionCount ?? 0,
      },
      existing,
    );
  }

  #claim(set: appsv1.DaemonSet): Promise<corev1.Pod[]> {
    return claimObjects({
      client: this.context.client,
      controller: set,
      resource: resources.daemonsets,
      selector: selectorOf(set),
      informer: this.#pods,
    });
  }

  /** First every node gets its pod; while all have one, the update goes on. */
  async #manage(key: string, state: DaemonState): Promise<number | undefined> {
    if (!this.#expectations.satisfied(key)) return undefined;
    const placement = planPlacement(state);
    const held = placement.ended.filter((pod) => this.#backoff.isHeld(key, pod));
    const deletes = placement.deletes.filter((pod) => !held.includes(pod));
    for (const pod of placement.ended) if (!held.includes(pod)) this.#recordEnded(state.set, pod);
    await this.#carryOut(state, placement.creates, deletes);
    if (this.#expectations.satisfied(key)) {
      const update = planUpdate(state);
      await this.#carryOut(state, update.creates, update.deletes);
    }
    return held.length > 0 ? this.#backoff.checkIn(key, held) : undefined;
  }

  #recordEnded(set: appsv1.DaemonSet, pod: corev1.Pod): void {
    const { namespace, name } = pod.metadata;
    const isFailed = pod.status?.phase === "Failed";
    const what = isFailed ? "failed" : "succeeded";
    const attempt = isFailed ? "will try to kill it" : "will try to delete it";
    const message = `Found ${what} daemon pod ${namespace}/${name} on node ${pod.spec.nodeName}, ${attempt}`;
    const reason = isFailed ? "FailedDaemonPod" : "SucceededDaemonPod";
    this.#recorder.event(set, isFailed ? "Warning" : "Normal", reason, message);
  }

  async #carryOut(state: DaemonState, nodes: readonly string[], pods: readonly corev1.Pod[]): Promise<void> {
    const { set, hash } = state;
    const creates = nodes.slice(0, burst);
    await settleAll([
      this.#podControl.create(set, creates.length, (index) => newDaemonPod(set, hash, creates[index]!)),
      this.#podControl.delete(set, pods.slice(0, burst)),
    ]);
  }

  async #truncate(state: DaemonState, ensured: EnsuredRevision): Promise<void> {
    const used = new Set(state.pods.map((pod) => pod.metadata.labels?.[revisionLabel]));
    await truncateHistory(this.context.client, ensured.revisions, {
      inUse: (revision) =>
        revision.metadata.uid === ensured.revision.metadata.uid || used.has(revision.metadata.labels?.[revisionLabel]),
      limit: state.set.spec.revisionHistoryLimit ?? defaultHistoryLimit,
    });
  }

  async #writeStatus(set: appsv1.DaemonSet, status: appsv1.DaemonSetStatus): Promise<void> {
    if (semanticallyEqual(set.status, status)) return;
    await this.context.client
      .resource(resources.daemonsets)
      .updateStatus({ ...set, status })
      .catch(ignoreNotFound);
  }

  /** A ready pod becomes available without an event. */
  #availabilityCheckIn({ set, pods, now }: DaemonState): number | undefined {
    const waits = pods.map((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, now) ?? 0);
    const pending = waits.filter((wait) => wait > 0);
    return pending.length > 0 ? Math.min(...pending) : undefined;
  }
}

function selectorOf(set: appsv1.DaemonSet) {
  return labelSelectorAsSelector(set.spec.selector);
}
