/** Deletes pods from nodes whose NoExecute taints they do not tolerate, at once or after the time that they tolerate them for. */
import { type corev1, isNotFound, resources, toleratesTaint } from "../api/mod.ts";
import { type ComponentContext, createEventRecorder, type EventRecorder, type Informer } from "../client/mod.ts";
import { semanticallyEqual } from "./support/hash.ts";
import { indexByNode, podsOnNode } from "./support/node-index.ts";
import { isDeleting, splitKey } from "./support/object.ts";
import { isPodTerminal, withDisruptionTarget } from "./support/pod-state.ts";
import { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";

interface Waiting {
  readonly uid: string;
  /** When the taints were first seen, in milliseconds. */
  readonly since: number;
}

export class TaintEvictionController extends QueueController {
  readonly #pods: Informer<corev1.Pod>;
  readonly #nodes: Informer<corev1.Node>;
  readonly #recorder: EventRecorder;
  /** Pods whose eviction is only a matter of time. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("taint-eviction-controller", context, options);
    this.#recorder = createEventRecorder(context, { component: "taint-eviction-controller" });
    this.#pods = this.watch(resources.pods, {
      add: (pod) => this.#podChanged(pod),
      update: (pod, old) => {
        const moved = pod.spec.nodeName !== old.spec.nodeName;
        if (moved || !semanticallyEqual(pod.spec.tolerations, old.spec.tolerations)) this.#podChanged(pod);
      },
      delete: (pod) => this.enqueue(pod),
    });
    indexByNode(this.#pods);
    this.#nodes = this.watch(resources.nodes, {
      add: (node) => this.#nodeChanged(node),
      update: (node, old) => {
        if (!semanticallyEqual(evictingTaints(node), evictingTaints(old))) this.#nodeChanged(node);
      },
    });
  }

  #podChanged(pod: corev1.Pod): void {
    const node = pod.spec.nodeName ? this.#nodes.lister.get(pod.spec.nodeName) : undefined;
    if (node !== undefined && evictingTaints(node).length > 0) this.enqueue(pod);
  }

  #nodeChanged(node: corev1.Node): void {
    for (const pod of podsOnNode(this.#pods, node.metadata.name)) this.enqueue(pod);
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const pod = this.#pods.lister.get(name, namespace);
    const node = pod?.spec.nodeName ? this.#nodes.lister.get(pod.spec.nodeName) : undefined;
    if (pod === undefined || node === undefined || isDeleting(pod) || isPodTerminal(pod)) {
      this.#waiting.delete(key);
      return;
    }
    const seconds = tolerationSeconds(evictingTaints(node), pod.spec.tolerations ?? []);
    if (seconds === undefined) {
      this.#cancel(key, pod);
      return;
    }
    const since = this.#since(key, pod);
    const left = since + seconds * 1000 - this.monotonic;
    if (left > 0) return left;
    this.#waiting.delete(key);
    await this.#evict(pod);
    return undefined;
  }

  #since(key: string, pod: corev1.Pod): number {
    const waiting = this.#waiting.get(key);
    if (waiting?.uid === pod.metadata.uid) return waiting.since;
    this.#waiting.set(key, { uid: pod.metadata.uid, since: this.monotonic });
    return this.monotonic;
  }

  #cancel(key: string, pod: corev1.Pod): void {
    if (!this.#waiting.delete(key)) return;
    this.#recorder.event(pod, "Normal", "TaintManagerEviction", `Cancelling deletion of Pod ${key}`);
  }

  async #evict(pod: corev1.Pod): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    const pods = this.context.client.resource(resources.pods);
    this.#recorder.event(pod, "Normal", "TaintManagerEviction", `Marking for deletion Pod ${namespace}/${name}`);
    const message = "Taint manager: deleting due to NoExecute taint";
    try {
      await pods.updateStatus(withDisruptionTarget(pod, "DeletionByTaintManager", message, this.now));
      await pods.delete(name, { namespace, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

function evictingTaints(node: corev1.Node): readonly corev1.Taint[] {
  return (node.spec.taints ?? []).filter((taint) => taint.effect === "NoExecute");
}

/** Seconds that the pod may stay: undefined for ever, 0 not at all. The shortest of the tolerations that are used decides. */
export function tolerationSeconds(
  taints: readonly corev1.Taint[],
  tolerations: readonly corev1.Toleration[],
): number | undefined {
  let shortest: number | undefined;
  for (const taint of taints) {
    const used = tolerations.find((toleration) => toleratesTaint(toleration, taint));
    if (used === undefined) return 0;
    if (used.tolerationSeconds !== undefined) {
      shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, Math.max(0, used.tolerationSeconds));
    }
  }
  return shortest;
}
