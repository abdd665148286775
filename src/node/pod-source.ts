/** Where an agent learns of its pods: an informer of its own, or one that many nodes of one process share. */
import { type corev1, resources } from "../api/mod.ts";
import type { EventHandler, InformerFactory } from "../client/mod.ts";

export interface PodSource {
  /** The node's pods as they are, then their changes. Returns the end of it. */
  follow(handler: EventHandler<corev1.Pod>): () => void;
}

/** Only the node's own pods are watched: what an agent on another machine may see. */
export function ownPods(informers: InformerFactory, nodeName: string): PodSource {
  const informer = informers.informer(resources.pods, { fieldSelector: `spec.nodeName=${nodeName}` });
  return { follow: (handler) => informer.addHandler(handler) };
}

const byNode = "kubets.dev/node";

/** One watch of all pods, told apart by node: thousands of nodes cost no more watches than one. */
export class SharedPods {
  readonly #informers: InformerFactory;
  readonly #handlers = new Map<string, EventHandler<corev1.Pod>>();
  #started = false;

  constructor(informers: InformerFactory) {
    this.#informers = informers;
    informers.informer(resources.pods).addIndex(byNode, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
  }

  /** Must be called when the informers have synced. */
  of(nodeName: string): PodSource {
    return {
      follow: (handler) => {
        this.#start();
        this.#handlers.set(nodeName, handler);
        for (const pod of this.#informers.informer(resources.pods).lister.byIndex(byNode, nodeName)) handler.add?.(pod);
        return () => void this.#handlers.delete(nodeName);
      },
    };
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    const handlerOf = ({ spec }: corev1.Pod) => this.#handlers.get(spec.nodeName ?? "");
    this.#informers.informer(resources.pods).addHandler({
      add: (pod) => handlerOf(pod)?.add?.(pod),
      // A pod comes to its node by an update: the binding.
      update: (pod, old) => (old.spec.nodeName ? handlerOf(pod)?.update?.(pod, old) : handlerOf(pod)?.add?.(pod)),
      delete: (pod) => handlerOf(pod)?.delete?.(pod),
    });
  }
}
