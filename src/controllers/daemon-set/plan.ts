/** Which daemon pods to create on which nodes and which to delete. Pure. */
import type { appsv1, corev1 } from "../../api/mod.ts";
import { scaledValue } from "../support/int-or-percent.ts";
import { byCreation, isDeleting } from "../support/object.ts";
import { isPodAvailable, isPodReady, isPodTerminal } from "../support/pod-state.ts";
import { isUpdated, judgeNode, targetNodeOf } from "./daemon-pods.ts";

export interface DaemonState {
  readonly set: appsv1.DaemonSet;
  readonly nodes: readonly corev1.Node[];
  readonly pods: readonly corev1.Pod[];
  readonly hash: string;
  readonly now: number;
}

export interface DaemonPlan {
  readonly creates: readonly string[];
  readonly deletes: readonly corev1.Pod[];
  /** Of `deletes`, pods that ended by themselves: replaced with a growing delay. */
  readonly ended: readonly corev1.Pod[];
}

/** Pods by the node that they are on or meant for. */
export function podsByNode(pods: readonly corev1.Pod[]): Map<string, corev1.Pod[]> {
  const byNode = new Map<string, corev1.Pod[]>();
  for (const pod of pods) {
    const node = targetNodeOf(pod);
    if (node === undefined) continue;
    const present = byNode.get(node);
    if (present) present.push(pod);
    else byNode.set(node, [pod]);
  }
  return byNode;
}

/** One pod on every node that wants one, none elsewhere. */
export function planPlacement(state: DaemonState): DaemonPlan {
  const byNode = podsByNode(state.pods);
  const plan = { creates: [] as string[], deletes: [] as corev1.Pod[], ended: [] as corev1.Pod[] };
  for (const node of state.nodes) planNode(state, node, byNode.get(node.metadata.name) ?? [], plan);
  const known = new Set(state.nodes.map((node) => node.metadata.name));
  // Waits for a node that does not exist: the scheduler would never place it.
  for (const [name, pods] of byNode) {
    if (!known.has(name)) plan.deletes.push(...pods.filter((pod) => !pod.spec.nodeName && !isDeleting(pod)));
  }
  return plan;
}

interface Draft {
  readonly creates: string[];
  readonly deletes: corev1.Pod[];
  readonly ended: corev1.Pod[];
}

function planNode(state: DaemonState, node: corev1.Node, pods: readonly corev1.Pod[], plan: Draft): void {
  const { shouldRun, shouldContinue } = judgeNode(state.set, node);
  if (shouldRun && pods.length === 0) {
    plan.creates.push(node.metadata.name);
    return;
  }
  if (!shouldContinue) {
    plan.deletes.push(...pods.filter((pod) => !isDeleting(pod)));
    return;
  }
  const ended = pods.filter((pod) => isPodTerminal(pod) && !isDeleting(pod));
  plan.deletes.push(...ended);
  plan.ended.push(...ended);
  plan.deletes.push(
    ...superfluous(
      state,
      pods.filter((pod) => !isPodTerminal(pod) && !isDeleting(pod)),
    ),
  );
}

/** Of several pods on one node the oldest stays; while an update surges, the oldest of the new ones and of the old ones. */
function superfluous(state: DaemonState, running: readonly corev1.Pod[]): corev1.Pod[] {
  if (running.length <= 1) return [];
  const sorted = [...running].sort(byAssignment);
  if (maxSurgeOf(state) === 0) return sorted.slice(1);
  const fresh = sorted.filter((pod) => isUpdated(state.set, pod, state.hash));
  const old = sorted.filter((pod) => !fresh.includes(pod));
  const freshServes = fresh.some((pod) => isAvailable(state, pod));
  return [...fresh.slice(1), ...(freshServes ? old : old.slice(1))];
}

function byAssignment(a: corev1.Pod, b: corev1.Pod): number {
  return Number(!a.spec.nodeName) - Number(!b.spec.nodeName) || byCreation(a, b);
}

function isAvailable(state: DaemonState, pod: corev1.Pod): boolean {
  return isPodAvailable(pod, state.set.spec.minReadySeconds ?? 0, state.now);
}

/** The next step of a rolling update: old pods to delete, or, with surge, nodes that get a new pod beside the old one. */
export function planUpdate(state: DaemonState): Pick<DaemonPlan, "creates" | "deletes"> {
  if (state.set.spec.updateStrategy?.type === "OnDelete") return { creates: [], deletes: [] };
  const byNode = podsByNode(state.pods);
  const wanted = state.nodes.filter((node) => judgeNode(state.set, node).shouldRun);
  const places = wanted.map((node) => placeOf(state, node.metadata.name, byNode.get(node.metadata.name) ?? []));
  return maxSurgeOf(state) === 0 ? replaceInPlace(state, places) : surge(state, places);
}

interface Place {
  readonly node: string;
  readonly old?: corev1.Pod;
  readonly fresh?: corev1.Pod;
}

function placeOf(state: DaemonState, node: string, pods: readonly corev1.Pod[]): Place {
  const running = pods.filter((pod) => !isDeleting(pod) && !isPodTerminal(pod));
  const fresh = running.find((pod) => isUpdated(state.set, pod, state.hash));
  const old = running.find((pod) => !isUpdated(state.set, pod, state.hash));
  return { node, ...(old ? { old } : {}), ...(fresh ? { fresh } : {}) };
}

/** Old pods that serve nobody go at once; of the others as many as may be unavailable. */
function replaceInPlace(state: DaemonState, places: readonly Place[]): Pick<DaemonPlan, "creates" | "deletes"> {
  const candidates: corev1.Pod[] = [];
  const deletes: corev1.Pod[] = [];
  let unavailable = 0;
  for (const { old, fresh } of places) {
    const pod = old ?? fresh;
    if (pod === undefined || !isAvailable(state, pod)) unavailable += 1;
    if (old === undefined || fresh !== undefined) continue;
    if (isAvailable(state, old)) candidates.push(old);
    else deletes.push(old);
  }
  const budget = Math.max(0, maxUnavailableOf(state, places.length) - unavailable);
  return { creates: [], deletes: [...deletes, ...candidates.slice(0, budget)] };
}

/** New pods come up beside old ones, and an old one goes when the new one is available. */
function surge(state: DaemonState, places: readonly Place[]): Pick<DaemonPlan, "creates" | "deletes"> {
  const deletes: corev1.Pod[] = [];
  const first: string[] = [];
  const others: string[] = [];
  let surging = 0;
  for (const { node, old, fresh } of places) {
    if (old === undefined) continue;
    if (fresh !== undefined) {
      if (isAvailable(state, fresh)) deletes.push(old);
      else surging += 1;
    } else if (isAvailable(state, old)) others.push(node);
    // Serves nobody: replacing it costs nothing, so it does not count towards the surge.
    else first.push(node);
  }
  const budget = Math.max(0, maxSurgeOf(state) - surging);
  return { creates: [...first, ...others.slice(0, budget)], deletes };
}

function maxSurgeOf(state: DaemonState): number {
  const value = state.set.spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0;
  if (state.set.spec.updateStrategy?.type === "OnDelete") return 0;
  return scaledValue(value, { total: state.nodes.length, roundUp: true });
}

function maxUnavailableOf(state: DaemonState, total: number): number {
  const value = state.set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  return scaledValue(value, { total, roundUp: true });
}

export function daemonStatus(state: DaemonState, collisionCount: number): appsv1.DaemonSetStatus {
  const byNode = podsByNode(state.pods);
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, updated: 0, available: 0 };
  for (const node of state.nodes) countNode(state, node, byNode.get(node.metadata.name) ?? [], counts);
  const unavailable = counts.desired - counts.available;
  return {
    currentNumberScheduled: counts.current,
    numberMisscheduled: counts.misscheduled,
    desiredNumberScheduled: counts.desired,
    numberReady: counts.ready,
    ...(state.set.metadata.generation ? { observedGeneration: state.set.metadata.generation } : {}),
    ...(counts.updated > 0 ? { updatedNumberScheduled: counts.updated } : {}),
    ...(counts.available > 0 ? { numberAvailable: counts.available } : {}),
    ...(unavailable > 0 ? { numberUnavailable: unavailable } : {}),
    ...(collisionCount > 0 || state.set.status?.collisionCount !== undefined ? { collisionCount } : {}),
    ...(state.set.status?.conditions ? { conditions: state.set.status.conditions } : {}),
  };
}

function countNode(
  state: DaemonState,
  node: corev1.Node,
  pods: readonly corev1.Pod[],
  counts: Record<"desired" | "current" | "misscheduled" | "ready" | "updated" | "available", number>,
): void {
  if (!judgeNode(state.set, node).shouldRun) {
    if (pods.length > 0) counts.misscheduled += 1;
    return;
  }
  counts.desired += 1;
  const [oldest] = [...pods].sort(byCreation);
  if (oldest === undefined) return;
  counts.current += 1;
  const ready = pods.filter(isPodReady);
  if (ready.length > 0) counts.ready += 1;
  if (ready.some((pod) => isAvailable(state, pod))) counts.available += 1;
  if (isUpdated(state.set, [...pods].sort(byCreation).at(-1)!, state.hash)) counts.updated += 1;
}
