/** One pod, one decision: filter the nodes, score those that fit, take the best. Pure: it reads the snapshot and chance, nothing else. */
import type { NodeFilter, Plugin, Rejection, Snapshot } from "./framework.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";

export interface Profile {
  /** In the order in which filters run: the first that rejects a node names the reason. */
  readonly plugins: readonly Plugin[];
  /** Share of a large cluster's nodes to find before choosing; 0: it falls as the cluster grows. */
  readonly percentageOfNodesToScore: number;
}

export interface NodeRejection extends Rejection {
  readonly plugin: string;
}

export interface NamedFilter extends NodeFilter {
  readonly plugin: string;
}

/** Why no node takes the pod. */
export interface Diagnosis {
  readonly nodeCount: number;
  readonly rejections: ReadonlyMap<string, NodeRejection>;
  /** Stands for nodes that were not looked at, because a plugin named the only ones that matter. */
  readonly absent?: NodeRejection;
  /** The pod was turned away before any node was looked at. */
  readonly beforeNodes?: NodeRejection;
  /** Ready to try nodes again after removing pods. */
  readonly filters: readonly NamedFilter[];
}

export type Decision =
  | { readonly kind: "placed"; readonly node: NodeInfo; readonly evaluated: number }
  | { readonly kind: "rejected"; readonly diagnosis: Diagnosis };

export interface Draw {
  /** Where in the node order to begin, so that pods in turn look at different parts. */
  readonly start: number;
  /** 0 up to 1, exclusive. */
  random(): number;
}

export function decide(pod: PodInfo, snapshot: Snapshot, profile: Profile, draw: Draw): Decision {
  const prepared = prepareFilters(pod, snapshot, profile.plugins);
  const { nodes } = snapshot;
  if ("rejected" in prepared) {
    const diagnosis = { nodeCount: nodes.length, rejections: new Map(), beforeNodes: prepared.rejected, filters: [] };
    return { kind: "rejected", diagnosis };
  }
  const promised = promisedNode(pod, snapshot, prepared);
  if (promised) return { kind: "placed", node: promised, evaluated: 0 };
  const search = findNodes({ pod, snapshot, prepared, draw, wanted: nodesToFind(nodes.length, profile) });
  if (search.fitting.length === 0) {
    const { rejections } = search;
    const { absent, filters } = prepared;
    return {
      kind: "rejected",
      diagnosis: { nodeCount: nodes.length, rejections, filters, ...(absent && { absent }) },
    };
  }
  const node = chooseNode(pod, search.fitting, snapshot, profile.plugins, draw);
  return { kind: "placed", node, evaluated: search.evaluated };
}

interface Prepared {
  readonly filters: readonly NamedFilter[];
  readonly onlyNodes?: ReadonlySet<string>;
  readonly absent?: NodeRejection;
}

function prepareFilters(
  pod: PodInfo,
  snapshot: Snapshot,
  plugins: readonly Plugin[],
): Prepared | { readonly rejected: NodeRejection } {
  const filters: NamedFilter[] = [];
  let only: { readonly plugin: string; readonly nodes: ReadonlySet<string> } | undefined;
  for (const plugin of plugins) {
    const preparation = plugin.prepareFilter?.(pod, snapshot);
    if (!preparation) continue;
    if ("rejected" in preparation) return { rejected: { ...preparation.rejected, plugin: plugin.name } };
    const { filter, onlyNodes } = preparation;
    filters.push(named(plugin.name, filter));
    if (onlyNodes) only = { plugin: plugin.name, nodes: onlyNodes };
  }
  if (!only) return { filters };
  const reasons = [`node(s) didn't satisfy plugin(s) [${only.plugin}]`];
  return { filters, onlyNodes: only.nodes, absent: { plugin: only.plugin, reasons, resolvable: false } };
}

function named(plugin: string, filter: NodeFilter): NamedFilter {
  return {
    plugin,
    check: (node) => filter.check(node),
    podAdded: (pod, node) => filter.podAdded?.(pod, node),
    podRemoved: (pod, node) => filter.podRemoved?.(pod, node),
  };
}

const fewestNodes = 100;
const lowestPercentage = 5;

/** All nodes of a small cluster; of a large one a share that falls from 50 % by one point for each 125 nodes. */
function nodesToFind(count: number, profile: Pick<Profile, "percentageOfNodesToScore">): number {
  if (count < fewestNodes) return count;
  const asked = profile.percentageOfNodesToScore;
  const percentage = asked === 0 ? Math.max(lowestPercentage, 50 - Math.floor(count / 125)) : asked;
  return Math.min(count, Math.max(fewestNodes, Math.floor((count * percentage) / 100)));
}

/** The node that preemption made room on, if the pod fits there by now. */
function promisedNode(pod: PodInfo, snapshot: Snapshot, { filters, onlyNodes }: Prepared): NodeInfo | undefined {
  const name = snapshot.nominatedNode(pod.key);
  const node = name === undefined || onlyNodes?.has(name) === false ? undefined : snapshot.node(name);
  return node && !checkWithNominated(pod, node, snapshot, filters) ? node : undefined;
}

interface Search {
  readonly pod: PodInfo;
  readonly snapshot: Snapshot;
  readonly prepared: Prepared;
  readonly draw: Draw;
  readonly wanted: number;
}

function findNodes({ pod, snapshot, prepared, draw, wanted }: Search) {
  const nodes = candidates(snapshot, prepared.onlyNodes);
  const rejections = new Map<string, NodeRejection>();
  const fitting: NodeInfo[] = [];
  let evaluated = 0;
  for (; evaluated < nodes.length && fitting.length < wanted; evaluated++) {
    const node = nodes[(draw.start + evaluated) % nodes.length]!;
    const rejected = checkWithNominated(pod, node, snapshot, prepared.filters);
    if (rejected) rejections.set(node.name, rejected);
    else fitting.push(node);
  }
  return { fitting, rejections, evaluated };
}

function candidates(snapshot: Snapshot, only: ReadonlySet<string> | undefined): readonly NodeInfo[] {
  if (!only) return snapshot.nodes;
  return [...only].flatMap((name) => snapshot.node(name) ?? []);
}

/** The first filter's rejection of the node. */
function checkNode(node: NodeInfo, filters: readonly NamedFilter[]): NodeRejection | undefined {
  for (const filter of filters) {
    const rejected = filter.check(node);
    if (rejected) return { ...rejected, plugin: filter.plugin };
  }
  return undefined;
}

/**
 * The pod must fit with the pods that were promised the node and matter at least as much, as they may come; and without them, as its own
 * affinity must not lean on pods that may not come.
 */
export function checkWithNominated(
  pod: PodInfo,
  node: NodeInfo,
  snapshot: Snapshot,
  filters: readonly NamedFilter[],
): NodeRejection | undefined {
  const nominated = snapshot.nominatedPods(node.name);
  if (nominated.length === 0) return checkNode(node, filters);
  const promised = nominated.filter(
    (other) => other.key !== pod.key && other.priority >= pod.priority && !node.pods.has(other.key),
  );
  if (promised.length === 0) return checkNode(node, filters);
  for (const other of promised) addTo(node, other, filters);
  const rejected = checkNode(node, filters);
  for (const other of promised) removeFrom(node, other, filters);
  return rejected ?? checkNode(node, filters);
}

/** Puts the pod on the node for a trial; `removeFrom` undoes it. */
export function addTo(node: NodeInfo, pod: PodInfo, filters: readonly NamedFilter[]): void {
  node.addPod(pod);
  for (const filter of filters) filter.podAdded?.(pod, node);
}

export function removeFrom(node: NodeInfo, pod: PodInfo, filters: readonly NamedFilter[]): void {
  node.removePod(pod);
  for (const filter of filters) filter.podRemoved?.(pod, node);
}

function chooseNode(
  pod: PodInfo,
  fitting: readonly NodeInfo[],
  snapshot: Snapshot,
  plugins: readonly Plugin[],
  draw: Draw,
): NodeInfo {
  if (fitting.length === 1) return fitting[0]!;
  const totals = new Float64Array(fitting.length);
  // One for all plugins: each takes memory beside V8's heap.
  const scores = new Float64Array(fitting.length);
  for (const plugin of plugins) addScores({ totals, scores }, plugin, pod, fitting, snapshot);
  return fitting[indexOfMaximum(totals, draw)]!;
}

function addScores(
  { totals, scores }: { readonly totals: Float64Array; readonly scores: Float64Array },
  plugin: Plugin,
  pod: PodInfo,
  nodes: readonly NodeInfo[],
  snapshot: Snapshot,
): void {
  const scorer = plugin.prepareScore?.(pod, nodes, snapshot);
  if (!scorer) return;
  for (let at = 0; at < nodes.length; at++) scores[at] = scorer.score(nodes[at]!);
  scorer.normalize?.(scores, nodes);
  const weight = plugin.weight ?? 1;
  for (let at = 0; at < nodes.length; at++) totals[at]! += weight * scores[at]!;
}

/** One of the best, each with the same chance. */
function indexOfMaximum(totals: Float64Array, draw: Draw): number {
  let best = 0;
  let ties = 1;
  for (let at = 1; at < totals.length; at++) {
    if (totals[at]! > totals[best]!) {
      best = at;
      ties = 1;
    } else if (totals[at] === totals[best]) {
      ties++;
      if (draw.random() * ties < 1) best = at;
    }
  }
  return best;
}
