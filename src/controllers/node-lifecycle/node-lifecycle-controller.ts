/** Watches over nodes: says when one has fallen silent, and taints it so that pods keep away or go elsewhere. */
import { type coordinationv1, type corev1, ignoreNotFound, isNotFound, resources } from "../../api/mod.ts";
import { type ComponentContext, createEventRecorder, type EventRecorder, type Informer } from "../../client/mod.ts";
import { indexByNode, podsOnNode } from "../support/node-index.ts";
import { isDeleting } from "../support/object.ts";
import { isPodReady, podCondition, withPodCondition } from "../support/pod-state.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { settleAll } from "../support/settle-all.ts";
import {
  defaultHealthOptions,
  type HealthOptions,
  isSilent,
  type NodeHealth,
  observe,
  readyCondition,
  unknownConditions,
} from "./health.ts";
import { awaitsEviction, evictingKey, wantedTaints } from "./taints.ts";
import { EvictionPace, evictionRates, zoneOf } from "./zones.ts";

const leaseNamespace = "kube-node-lease";

export interface NodeLifecycleOptions extends QueueControllerOptions {
  readonly nodeHealth?: HealthOptions;
}

export class NodeLifecycleController extends QueueController {
  readonly #health: HealthOptions;
  readonly #nodes: Informer<corev1.Node>;
  readonly #leases: Informer<coordinationv1.Lease>;
  readonly #pods: Informer<corev1.Pod>;
  readonly #recorder: EventRecorder;
  readonly #records = new Map<string, NodeHealth>();
  readonly #pace = new EvictionPace();

  constructor(options: NodeLifecycleOptions, context: ComponentContext) {
    super("node-lifecycle-controller", context, options);
    this.#health = options.nodeHealth ?? defaultHealthOptions;
    this.#recorder = createEventRecorder(context, { component: "node-controller" });
    this.#leases = context.informers.informer(resources.leases, { namespace: leaseNamespace });
    this.#pods = this.watch(resources.pods, {
      add: (pod) => this.#podOnNode(pod),
      update: (pod, old) => {
        if (pod.spec.nodeName !== old.spec.nodeName) this.#podOnNode(pod);
      },
    });
    indexByNode(this.#pods);
    this.#nodes = this.watch(resources.nodes, {
      add: (node) => {
        this.#recordNode(node, "RegisteredNode", `Registered Node ${node.metadata.name} in Controller`);
        this.enqueue(node);
      },
      update: (node, old) => this.#nodeUpdated(node, old),
      delete: (node) => {
        this.#records.delete(node.metadata.name);
        this.#recordNode(node, "RemovingNode", `Removing Node ${node.metadata.name} from Controller`);
      },
    });
  }

  #recordNode(node: corev1.Node, reason: string, text: string): void {
    this.#recorder.event(node, "Normal", reason, `Node ${node.metadata.name} event: ${text}`);
  }

  /** A pod that comes to a node which is known not to be ready is not ready either. */
  #podOnNode(pod: corev1.Pod): void {
    const node = pod.spec.nodeName ? this.#nodes.lister.get(pod.spec.nodeName) : undefined;
    if (node !== undefined && evictingKey(node) !== undefined) this.enqueue(node);
  }

  /** Heartbeats are looked at each period; what changes taints is answered at once. */
  #nodeUpdated(node: corev1.Node, old: corev1.Node): void {
    const before = wantedTaints(old, { mayEvict: true, now: 0 });
    const after = wantedTaints(node, { mayEvict: true, now: 0 });
    const turned = readyCondition(node)?.status !== readyCondition(old)?.status;
    if (after !== undefined || before !== undefined || turned) this.enqueue(node);
  }

  protected override async reconcile(name: string): Promise<number | undefined> {
    const node = this.#nodes.lister.get(name);
    if (node === undefined) return;
    const lease = this.#leases.lister.get(name, leaseNamespace);
    const record = observe(this.#records.get(name), node, lease, this.monotonic);
    this.#records.set(name, record);
    const present = isSilent(record, node, this.#health, this.monotonic) ? await this.#markUnknown(node) : node;
    await this.#taint(present);
    if (evictingKey(present) !== undefined) await this.#markPodsNotReady(present);
    return this.#health.monitorPeriodMs;
  }

  async #markUnknown(node: corev1.Node): Promise<corev1.Node> {
    const conditions = unknownConditions(node, this.now);
    if (conditions === undefined) return node;
    const { name } = node.metadata;
    this.#recorder.event(node, "Normal", "NodeNotReady", `Node ${name} status is now: NodeNotReady`);
    const status = { ...node.status, conditions };
    return await this.context.client.resource(resources.nodes).updateStatus({ ...node, status });
  }

  async #taint(node: corev1.Node): Promise<void> {
    const waits = awaitsEviction(node);
    const mayEvict = waits && this.#mayEvict(node);
    const taints = wantedTaints(node, { mayEvict, now: this.now });
    if (taints === undefined) return;
    const { name, resourceVersion } = node.metadata;
    const patch = { metadata: { resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } };
    await this.context.client.resource(resources.nodes).patch(name, patch, { type: "merge" }).catch(ignoreNotFound);
  }

  #mayEvict(node: corev1.Node): boolean {
    const zone = zoneOf(node);
    const rate = evictionRates(this.#nodes.lister.list()).get(zone) ?? 0;
    return this.#pace.take(zone, rate, this.monotonic);
  }

  /** Services stop sending to pods of which nobody knows how they are. */
  async #markPodsNotReady(node: corev1.Node): Promise<void> {
    const pods = podsOnNode(this.#pods, node.metadata.name).filter((pod) => !isDeleting(pod) && isPodReady(pod));
    await settleAll(pods.map((pod) => this.#markNotReady(pod)));
  }

  async #markNotReady(pod: corev1.Pod): Promise<void> {
    const { reason, message } = podCondition(pod, "Ready") ?? {};
    const content = { type: "Ready", status: "False", ...(reason ? { reason } : {}), ...(message ? { message } : {}) };
    try {
      await this.context.client.resource(resources.pods).updateStatus(withPodCondition(pod, content, this.now));
      this.#recorder.event(pod, "Warning", "NodeNotReady", "Node is not ready");
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
