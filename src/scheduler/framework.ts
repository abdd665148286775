/** What a plugin is, and what it may read. Plugins are pure: the same pod and snapshot give the same answer. */
import type { corev1, Labels, policyv1, storagev1 } from "../api/mod.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodCounts, PodSelection } from "./pod-counters.ts";
import type { PodInfo, Selector } from "./pod-info.ts";

/** Reads of objects beside nodes and pods. */
export interface ClusterReader {
  namespaceLabels(name: string): Labels;
  namespaces(): readonly string[];
  /** Selectors of the Services and of the controller that the pod belongs to; empty: it belongs to none. */
  owningSelectors(pod: corev1.Pod): readonly Selector[];
  claim(name: string, namespace: string): corev1.PersistentVolumeClaim | undefined;
  volume(name: string): corev1.PersistentVolume | undefined;
  volumes(): readonly corev1.PersistentVolume[];
  storageClass(name: string): storagev1.StorageClass | undefined;
  disruptionBudgets(namespace: string): readonly policyv1.PodDisruptionBudget[];
}

/** The cluster at one moment. Nothing changes it during a cycle, since a cycle never waits. */
export interface Snapshot {
  /** In an order that changes zone with each step. */
  readonly nodes: readonly NodeInfo[];
  node(name: string): NodeInfo | undefined;
  /** Nodes with pods that have a required anti-affinity, or any (anti-)affinity. */
  readonly antiAffinityNodes: ReadonlySet<NodeInfo>;
  readonly affinityNodes: ReadonlySet<NodeInfo>;
  readonly cluster: ClusterReader;
  /** How many pods that the selection matches run on each node. */
  countPods(selection: PodSelection): PodCounts;
  /** How many nodes hold the image, by name. */
  imageSpread(image: string): number;
  /** Pods that wait for room made on this node by preemption. */
  nominatedPods(node: string): readonly PodInfo[];
  /** The node promised to the pod, by `namespace/name`. */
  nominatedNode(key: string): string | undefined;
}

export interface Rejection {
  readonly reasons: readonly string[];
  /** Whether removing pods from the node could help. */
  readonly resolvable: boolean;
}

export function rejection(reason: string, options: { readonly resolvable: boolean }): Rejection {
  return { reasons: [reason], resolvable: options.resolvable };
}

/** A plugin's filter, made ready for one pod. */
export interface NodeFilter {
  check(node: NodeInfo): Rejection | undefined;
  /** Preemption tries out changes on a node: these keep what was counted in step, and undo one another. */
  podAdded?(pod: PodInfo, node: NodeInfo): void;
  podRemoved?(pod: PodInfo, node: NodeInfo): void;
}

/** `undefined`: the plugin has nothing to say about this pod. */
export type FilterPreparation =
  | undefined
  | { readonly filter: NodeFilter; readonly onlyNodes?: ReadonlySet<string> }
  | { readonly rejected: Rejection };

/** A plugin's score, made ready for one pod. */
export interface NodeScorer {
  score(node: NodeInfo): number;
  /** Brings the raw scores of all nodes, in node order, to 0..100 in place. Absent: they are already. */
  normalize?(scores: Float64Array, nodes: readonly NodeInfo[]): void;
}

/** What happened in the cluster that may give waiting pods a place. */
export type ClusterEvent =
  | { readonly kind: "node-added"; readonly node: corev1.Node }
  | { readonly kind: "node-changed"; readonly node: corev1.Node; readonly old: corev1.Node }
  | { readonly kind: "pod-assigned"; readonly pod: PodInfo }
  | { readonly kind: "pod-changed"; readonly pod: PodInfo; readonly old: PodInfo }
  | { readonly kind: "pod-removed"; readonly pod: PodInfo }
  | { readonly kind: "volumes-changed" }
  | { readonly kind: "namespace-changed" };

export interface Plugin {
  /** Upstream's name. */
  readonly name: string;
  readonly weight?: number;
  prepareFilter?(pod: PodInfo, snapshot: Snapshot): FilterPreparation;
  prepareScore?(pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): NodeScorer | undefined;
  /** Whether the event may change this plugin's rejection of the waiting pod. */
  mayHelp?(event: ClusterEvent, pod: PodInfo): boolean;
}

/** Brings scores to 0..100, the largest becoming 100; reversed, the largest becomes 0. */
export function normalizeByMaximum(scores: Float64Array, options: { readonly reverse: boolean }): void {
  const maximum = scores.reduce((most, score) => Math.max(most, score), 0);
  for (let at = 0; at < scores.length; at++) {
    const share = maximum === 0 ? 0 : Math.trunc((100 * scores[at]!) / maximum);
    scores[at] = options.reverse ? 100 - share : share;
  }
}
