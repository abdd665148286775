/**
 * How many pods of a selection run on each node, kept as pods come and go. Spreading and affinity ask this for every pod that is scheduled,
 * and pods of one Deployment ask the same: counting once and keeping count makes the answer cheap on a large cluster.
 */
import type { PodInfo } from "./pod-info.ts";

export interface PodSelection {
  /** Equal for selections that match the same pods. */
  readonly key: string;
  readonly namespaces: ReadonlySet<string>;
  matches(pod: PodInfo): boolean;
}

/** By node name; a node without such pods is absent. */
export type PodCounts = ReadonlyMap<string, number>;

interface Counter {
  readonly selection: PodSelection;
  readonly counts: Map<string, number>;
}

interface NodePods {
  readonly name: string;
  readonly pods: ReadonlyMap<string, PodInfo>;
}

const counterLimit = 512;

export class PodCounters {
  /** In order of last use, the oldest first. */
  readonly #counters = new Map<string, Counter>();

  counts(selection: PodSelection, nodes: Iterable<NodePods>): PodCounts {
    const counter = this.#counters.get(selection.key) ?? count(selection, nodes);
    this.#counters.delete(selection.key);
    this.#counters.set(selection.key, counter);
    this.#evict();
    return counter.counts;
  }

  podAdded(pod: PodInfo, node: string): void {
    this.#change(pod, node, 1);
  }

  podRemoved(pod: PodInfo, node: string): void {
    this.#change(pod, node, -1);
  }

  #change(pod: PodInfo, node: string, by: 1 | -1): void {
    for (const [key, { selection, counts }] of this.#counters) {
      if (!selection.namespaces.has(pod.namespace) || !selection.matches(pod)) continue;
      const sum = (counts.get(node) ?? 0) + by;
      if (sum === 0) counts.delete(node);
      else counts.set(node, sum);
      // Its last pod is gone, and most likely who asks for it as well.
      if (counts.size === 0) this.#counters.delete(key);
    }
  }

  #evict(): void {
    for (const key of this.#counters.keys()) {
      if (this.#counters.size <= counterLimit) return;
      this.#counters.delete(key);
    }
  }
}

function count(selection: PodSelection, nodes: Iterable<NodePods>): Counter {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    let sum = 0;
    for (const pod of node.pods.values()) {
      if (selection.namespaces.has(pod.namespace) && selection.matches(pod)) sum++;
    }
    if (sum > 0) counts.set(node.name, sum);
  }
  return { selection, counts };
}
