/** Sums by topology domain (a label key and its value), as spreading and affinity between pods need them. */
import type { NodeInfo } from "./node-info.ts";

export class TopologyCounts {
  readonly #byKey = new Map<string, Map<string, number>>();

  add(node: NodeInfo, topologyKey: string, amount: number): void {
    const value = node.labels[topologyKey];
    if (value === undefined) return;
    const counts = this.#byKey.get(topologyKey) ?? new Map<string, number>();
    this.#byKey.set(topologyKey, counts);
    const sum = (counts.get(value) ?? 0) + amount;
    if (sum === 0) counts.delete(value);
    else counts.set(value, sum);
  }

  /** 0 where the node has no such label. */
  get(node: NodeInfo, topologyKey: string): number {
    const value = node.labels[topologyKey];
    return value === undefined ? 0 : (this.#byKey.get(topologyKey)?.get(value) ?? 0);
  }

  /** Whether any of the node's domains holds a count. */
  hasAny(node: NodeInfo): boolean {
    for (const [key, counts] of this.#byKey) {
      const value = node.labels[key];
      if (value !== undefined && counts.has(value)) return true;
    }
    return false;
  }

  /** Over all domains of all keys. */
  sum(node: NodeInfo): number {
    let sum = 0;
    for (const key of this.#byKey.keys()) sum += this.get(node, key);
    return sum;
  }

  get isEmpty(): boolean {
    return [...this.#byKey.values()].every((counts) => counts.size === 0);
  }
}
