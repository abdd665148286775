/** A node with the sums over its pods, kept as pods come and go. */
import type { corev1, Labels } from "../api/mod.ts";
import { type Amounts, addAmounts, amountsOf, emptyAmounts, podCapacity } from "./amounts.ts";
import type { HostPort, PodInfo } from "./pod-info.ts";

const anyAddress = "0.0.0.0";

export class NodeInfo {
  readonly name: string;
  /** Absent while only pods of the node are known. */
  node: corev1.Node | undefined;
  labels: Labels = {};
  taints: readonly corev1.Taint[] = [];
  unschedulable = false;
  allocatable: Amounts = emptyAmounts();
  allowedPods = 0;
  /** Bytes by every name of every image on the node. */
  images: ReadonlyMap<string, number> = new Map();
  readonly requested: Amounts = emptyAmounts();
  readonly presumed = { milliCpu: 0, memory: 0 };
  readonly pods = new Map<string, PodInfo>();
  /** Pods with any (anti-)affinity, and those with a required anti-affinity: the only ones others must look at. */
  readonly podsWithAffinity = new Set<PodInfo>();
  readonly podsWithRequiredAntiAffinity = new Set<PodInfo>();
  /** Count by `protocol/port/ip`. */
  readonly #ports = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  setNode(node: corev1.Node): void {
    this.node = node;
    this.labels = node.metadata.labels ?? {};
    this.taints = node.spec.taints ?? [];
    this.unschedulable = node.spec.unschedulable ?? false;
    this.allocatable = amountsOf(node.status?.allocatable);
    this.allowedPods = podCapacity(node.status?.allocatable);
    this.images = imageSizes(node);
  }

  addPod(pod: PodInfo): void {
    this.pods.set(pod.key, pod);
    this.#count(pod, 1);
    const preferred = pod.preferredAffinity.length + pod.preferredAntiAffinity.length;
    if (preferred + pod.affinity.length + pod.antiAffinity.length > 0) this.podsWithAffinity.add(pod);
    if (pod.antiAffinity.length > 0) this.podsWithRequiredAntiAffinity.add(pod);
  }

  removePod(pod: PodInfo): void {
    if (!this.pods.delete(pod.key)) return;
    this.#count(pod, -1);
    this.podsWithAffinity.delete(pod);
    this.podsWithRequiredAntiAffinity.delete(pod);
  }

  /** Whether a pod on the node holds the port on an address that meets `wanted`. */
  hasPortConflict(wanted: HostPort): boolean {
    const prefix = `${wanted.protocol}/${wanted.port}/`;
    if (wanted.ip !== anyAddress) return this.#ports.has(prefix + wanted.ip) || this.#ports.has(prefix + anyAddress);
    return [...this.#ports.keys()].some((key) => key.startsWith(prefix));
  }

  #count(pod: PodInfo, sign: 1 | -1): void {
    addAmounts(this.requested, pod.requests, sign);
    this.presumed.milliCpu += sign * pod.presumed.milliCpu;
    this.presumed.memory += sign * pod.presumed.memory;
    for (const { protocol, port, ip } of pod.hostPorts) {
      const key = `${protocol}/${port}/${ip}`;
      const count = (this.#ports.get(key) ?? 0) + sign;
      if (count === 0) this.#ports.delete(key);
      else this.#ports.set(key, count);
    }
  }
}

function imageSizes(node: corev1.Node): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const image of node.status?.images ?? []) {
    for (const name of image.names ?? []) sizes.set(name, image.sizeBytes ?? 0);
  }
  return sizes;
}
