/** Removes pods that nobody else will: of nodes that are gone, deleted before they had a node, and finished ones beyond a threshold. */
import { type corev1, isConditionTrue, isConflict, isNotFound, resources, tolerates } from "../api/mod.ts";
import type { ComponentContext, Informer } from "../client/mod.ts";
import { byCreation, isDeleting } from "./support/object.ts";
import { isPodTerminal, withDisruptionTarget } from "./support/pod-state.ts";
import { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";
import { settleAll } from "./support/settle-all.ts";

const roundKey = "round";
const periodMs = 20_000;
/** A node that is missing for this long is gone, not late. */
const quarantineMs = 40_000;
const outOfServiceTaint = "node.kubernetes.io/out-of-service";

export interface PodGarbageCollectorOptions extends QueueControllerOptions {
  /** Finished pods that may be kept; 0: no limit. */
  readonly terminatedPodThreshold?: number;
}

export class PodGarbageCollector extends QueueController {
  readonly #threshold: number;
  readonly #pods: Informer<corev1.Pod>;
  readonly #nodes: Informer<corev1.Node>;
  /** When each missing node was first missed. */
  readonly #missedSince = new Map<string, number>();

  constructor(options: PodGarbageCollectorOptions, context: ComponentContext) {
    super("pod-garbage-collector-controller", context, { ...options, workers: 1 });
    this.#threshold = options.terminatedPodThreshold ?? 12_500;
    this.#pods = this.watch(resources.pods);
    const round = () => this.queue.add(roundKey);
    this.#nodes = this.watch(resources.nodes, { delete: round });
    round();
  }

  protected override async reconcile(): Promise<number> {
    const pods = this.#pods.lister.list();
    await this.#removeOrphans(pods);
    const unscheduled = pods.filter((pod) => isDeleting(pod) && !pod.spec.nodeName);
    await this.#removeAll(unscheduled, "PodGC: deleting unscheduled and terminating pod");
    await this.#removeAll(
      pods.filter((pod) => this.#isOutOfService(pod)),
      "PodGC: node is out of service",
    );
    await this.#removeTerminated(pods);
    return periodMs;
  }

  async #removeOrphans(pods: readonly corev1.Pod[]): Promise<void> {
    const orphans = pods.filter((pod) => pod.spec.nodeName && this.#nodes.lister.get(pod.spec.nodeName) === undefined);
    const missing = new Set(orphans.map((pod) => pod.spec.nodeName!));
    for (const name of this.#missedSince.keys()) if (!missing.has(name)) this.#missedSince.delete(name);
    for (const name of missing) if (!this.#missedSince.has(name)) this.#missedSince.set(name, this.monotonic);
    const gone = new Set<string>();
    for (const name of missing) {
      if (this.monotonic - this.#missedSince.get(name)! >= quarantineMs && !(await this.#exists(name))) gone.add(name);
    }
    const lost = orphans.filter((pod) => gone.has(pod.spec.nodeName!));
    await this.#removeAll(lost, "PodGC: node no longer exists");
  }

  /** Past the cache, which may be behind. */
  async #exists(node: string): Promise<boolean> {
    try {
      await this.context.client.resource(resources.nodes).get(node);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /** An administrator has said that the node is down for good: its pods need not be waited for. */
  #isOutOfService(pod: corev1.Pod): boolean {
    const node = pod.spec.nodeName ? this.#nodes.lister.get(pod.spec.nodeName) : undefined;
    if (node === undefined || !isDeleting(pod)) return false;
    const isReady = isConditionTrue(node.status?.conditions, "Ready");
    const taint = node.spec.taints?.find((one) => one.key === outOfServiceTaint);
    if (isReady || taint === undefined) return false;
    return !tolerates(pod.spec.tolerations, taint);
  }

  async #removeTerminated(pods: readonly corev1.Pod[]): Promise<void> {
    if (this.#threshold === 0) return;
    const terminated = pods.filter((pod) => isPodTerminal(pod) && !isDeleting(pod));
    const excess = terminated.length - this.#threshold;
    if (excess > 0) await this.#removeAll([...terminated].sort(byCreation).slice(0, excess));
  }

  async #removeAll(pods: readonly corev1.Pod[], message?: string): Promise<void> {
    await settleAll(pods.map((pod) => this.#remove(pod, message)));
  }

  /** A pod that is cut short is said to have failed first, so that its Job counts it. */
  async #remove(pod: corev1.Pod, message: string | undefined): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    const pods = this.context.client.resource(resources.pods);
    try {
      if (message !== undefined && !isPodTerminal(pod)) await pods.updateStatus(failedPod(pod, message, this.now));
      await pods.delete(name, { namespace, gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }
}

function failedPod(pod: corev1.Pod, message: string, now: number): corev1.Pod {
  const target = pod.spec.nodeName ? withDisruptionTarget(pod, "DeletionByPodGC", message, now) : pod;
  return { ...target, status: { ...target.status, phase: "Failed" } };
}
