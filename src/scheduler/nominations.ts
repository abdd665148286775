/** Pods that preemption has promised a node to: others of lower priority must leave them the room. */
import type { PodInfo } from "./pod-info.ts";

const none: readonly PodInfo[] = [];

export class Nominations {
  readonly #nodeByPod = new Map<string, string>();
  readonly #podsByNode = new Map<string, Map<string, PodInfo>>();

  add(pod: PodInfo, node: string): void {
    this.remove(pod.key);
    this.#nodeByPod.set(pod.key, node);
    const pods = this.#podsByNode.get(node) ?? new Map<string, PodInfo>();
    pods.set(pod.key, pod);
    this.#podsByNode.set(node, pods);
  }

  remove(key: string): void {
    const node = this.#nodeByPod.get(key);
    if (node === undefined) return;
    this.#nodeByPod.delete(key);
    const pods = this.#podsByNode.get(node)!;
    pods.delete(key);
    if (pods.size === 0) this.#podsByNode.delete(node);
  }

  nodeOf(key: string): string | undefined {
    return this.#nodeByPod.get(key);
  }

  on(node: string): readonly PodInfo[] {
    // Asked for each node and each pod.
    if (this.#podsByNode.size === 0) return none;
    const pods = this.#podsByNode.get(node);
    return pods ? [...pods.values()] : none;
  }
}
