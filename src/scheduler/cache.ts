/**
 * Nodes and the pods on them, assumed ones included: a pod counts on its node from the decision on, not from the API server's word that it
 * is bound. The cache is its own snapshot: a cycle runs without waiting, so nothing changes under it.
 */
import type { corev1 } from "../api/mod.ts";
import type { ClusterReader, Snapshot } from "./framework.ts";
import { NodeInfo } from "./node-info.ts";
import { Nominations } from "./nominations.ts";
import { PodCounters, type PodCounts, type PodSelection } from "./pod-counters.ts";
import type { PodInfo } from "./pod-info.ts";
import { interleaveZones, zoneOf } from "./zones.ts";

interface Placed {
  readonly pod: PodInfo;
  readonly node: NodeInfo;
  /** Until the API server shows the pod bound. */
  readonly assumed: boolean;
}

export class SchedulerCache implements Snapshot {
  readonly cluster: ClusterReader;
  readonly antiAffinityNodes = new Set<NodeInfo>();
  readonly affinityNodes = new Set<NodeInfo>();
  readonly nominations = new Nominations();
  readonly #infos = new Map<string, NodeInfo>();
  readonly #placed = new Map<string, Placed>();
  readonly #counters = new PodCounters();
  readonly #images = new Map<string, number>();
  #ordered: readonly NodeInfo[] | undefined;

  constructor(cluster: ClusterReader) {
    this.cluster = cluster;
  }

  get nodes(): readonly NodeInfo[] {
    this.#ordered ??= interleaveZones([...this.#infos.values()].filter((info) => info.node));
    return this.#ordered;
  }

  node(name: string): NodeInfo | undefined {
    const info = this.#infos.get(name);
    return info?.node && info;
  }

  countPods(selection: PodSelection): PodCounts {
    return this.#counters.counts(selection, this.#infos.values());
  }

  imageSpread(image: string): number {
    return this.#images.get(image) ?? 0;
  }

  nominatedPods(node: string): readonly PodInfo[] {
    return this.nominations.on(node);
  }

  nominatedNode(key: string): string | undefined {
    return this.nominations.nodeOf(key);
  }

  setNode(node: corev1.Node): void {
    const info = this.#info(node.metadata.name);
    const oldZone = info.node && zoneOf(info);
    this.#countImages(info, -1);
    info.setNode(node);
    this.#countImages(info, 1);
    if (oldZone !== zoneOf(info)) this.#ordered = undefined;
  }

  removeNode(name: string): void {
    const info = this.#infos.get(name);
    if (!info) return;
    this.#countImages(info, -1);
    info.node = undefined;
    info.images = new Map();
    this.#forgetEmpty(info);
    this.#ordered = undefined;
  }

  /** A pod that the API server shows on a node: new, changed, or confirming what was assumed. */
  setPod(pod: PodInfo): void {
    this.removePod(pod.key);
    this.#place(pod, pod.pod.spec.nodeName!, false);
  }

  removePod(key: string): void {
    const placed = this.#placed.get(key);
    if (!placed) return;
    this.#placed.delete(key);
    placed.node.removePod(placed.pod);
    this.#counters.podRemoved(placed.pod, placed.node.name);
    this.#fileAffinity(placed.node);
    this.#forgetEmpty(placed.node);
  }

  /** Counts the pod on the node from now on. */
  assume(pod: PodInfo, node: string): void {
    this.#place(pod, node, true);
  }

  /** Takes back `assume` when binding failed; a pod that the API server shows on a node stays. */
  forget(key: string): void {
    if (this.#placed.get(key)?.assumed) this.removePod(key);
  }

  /** The pod as counted on a node. */
  placedPod(key: string): PodInfo | undefined {
    return this.#placed.get(key)?.pod;
  }

  #place(pod: PodInfo, nodeName: string, assumed: boolean): void {
    const node = this.#info(nodeName);
    this.#placed.set(pod.key, { pod, node, assumed });
    node.addPod(pod);
    this.#counters.podAdded(pod, nodeName);
    this.#fileAffinity(node);
  }

  #info(name: string): NodeInfo {
    const known = this.#infos.get(name);
    if (known) return known;
    const info = new NodeInfo(name);
    this.#infos.set(name, info);
    return info;
  }

  #fileAffinity(info: NodeInfo): void {
    keepWhere(this.affinityNodes, info, info.podsWithAffinity.size > 0);
    keepWhere(this.antiAffinityNodes, info, info.podsWithRequiredAntiAffinity.size > 0);
  }

  #forgetEmpty(info: NodeInfo): void {
    if (!info.node && info.pods.size === 0) this.#infos.delete(info.name);
  }

  #countImages(info: NodeInfo, by: 1 | -1): void {
    for (const name of info.images.keys()) {
      const count = (this.#images.get(name) ?? 0) + by;
      if (count === 0) this.#images.delete(name);
      else this.#images.set(name, count);
    }
  }
}

function keepWhere<T>(set: Set<T>, member: T, belongs: boolean): void {
  if (belongs) set.add(member);
  else set.delete(member);
}
