/** Tells node agents how long they may trust what they have read of secrets and config maps: the larger the cluster, the longer. */
import { type corev1, ignoreNotFound, resources } from "../api/mod.ts";
import type { ComponentContext, Informer } from "../client/mod.ts";
import { keyOf } from "./support/object.ts";
import { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";

const ttlAnnotation = "node.alpha.kubernetes.io/ttl";

const secondsByNodes: readonly (readonly [nodes: number, seconds: number])[] = [
  [100, 0],
  [500, 15],
  [1000, 30],
  [5000, 60],
];
const mostSeconds = 300;
/** Nobody waits for it, and nodes that come together are told once, when it is known how many they are. */
const settleMs = 2000;

export class NodeTtlController extends QueueController {
  readonly #nodes: Informer<corev1.Node>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("ttl-controller", context, options);
    const later = (node: corev1.Node) => this.queue.addAfter(keyOf(node), settleMs);
    this.#nodes = this.watch(resources.nodes, { add: later, update: later });
  }

  protected override async reconcile(name: string): Promise<undefined> {
    const node = this.#nodes.lister.get(name);
    const seconds = String(secondsFor(this.#nodes.lister.list().length));
    if (node === undefined || node.metadata.annotations?.[ttlAnnotation] === seconds) return;
    const patch = { metadata: { annotations: { [ttlAnnotation]: seconds } } };
    await this.context.client.resource(resources.nodes).patch(name, patch, { type: "merge" }).catch(ignoreNotFound);
  }
}

function secondsFor(nodes: number): number {
  return secondsByNodes.find(([most]) => nodes <= most)?.[1] ?? mostSeconds;
}
