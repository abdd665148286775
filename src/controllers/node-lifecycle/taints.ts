/** The taints that follow from a node's conditions. Pure. */
import { type corev1, formatTime } from "../../api/mod.ts";

const notReadyTaint = "node.kubernetes.io/not-ready";
const unreachableTaint = "node.kubernetes.io/unreachable";
const unschedulableTaint = "node.kubernetes.io/unschedulable";

type TaintKey = readonly [condition: string, status: string, key: string];

const byCondition: readonly TaintKey[] = [
  ["Ready", "False", notReadyTaint],
  ["Ready", "Unknown", unreachableTaint],
  ["MemoryPressure", "True", "node.kubernetes.io/memory-pressure"],
  ["DiskPressure", "True", "node.kubernetes.io/disk-pressure"],
  ["PIDPressure", "True", "node.kubernetes.io/pid-pressure"],
  ["NetworkUnavailable", "True", "node.kubernetes.io/network-unavailable"],
];

/** Keys of the taints with effect NoSchedule that this controller sets and takes off. */
const scheduling: ReadonlySet<string> = new Set([...byCondition.map(([, , key]) => key), unschedulableTaint]);
const evicting: ReadonlySet<string> = new Set([notReadyTaint, unreachableTaint]);

export interface TaintOptions {
  /** Whether the taint that evicts may be set now; taking it off is always allowed. */
  readonly mayEvict: boolean;
  readonly now: number;
}

/** All taints of the node as they should be; undefined where they are. Taints of others stay. */
export function wantedTaints(node: corev1.Node, options: TaintOptions): corev1.Taint[] | undefined {
  const present = node.spec.taints ?? [];
  const kept = present.filter((taint) => !isManaged(taint));
  const wanted = [...schedulingKeys(node)].map((key) => taintOf(present, key, "NoSchedule", options.now));
  const key = evictingKey(node);
  if (key !== undefined) {
    const isSet = present.some((taint) => taint.key === key && taint.effect === "NoExecute");
    if (isSet || options.mayEvict) wanted.push(taintOf(present, key, "NoExecute", options.now));
  }
  const all = [...kept, ...wanted];
  return sameTaints(present, all) ? undefined : all;
}

function isManaged(taint: corev1.Taint): boolean {
  if (taint.effect === "NoSchedule") return scheduling.has(taint.key);
  return taint.effect === "NoExecute" && evicting.has(taint.key);
}

function schedulingKeys(node: corev1.Node): string[] {
  const conditions = node.status?.conditions ?? [];
  const keys = byCondition
    .filter(([type, status]) => conditions.some((one) => one.type === type && one.status === status))
    .map(([, , key]) => key);
  return node.spec.unschedulable === true ? [...keys, unschedulableTaint] : keys;
}

/** The taint that drives pods off a node which is not well; undefined for a node that is. */
export function evictingKey(node: corev1.Node): string | undefined {
  const ready = node.status?.conditions?.find((condition) => condition.type === "Ready");
  if (ready?.status === "False") return notReadyTaint;
  return ready?.status === "Unknown" ? unreachableTaint : undefined;
}

/** Whether the evicting taint is called for and not there. */
export function awaitsEviction(node: corev1.Node): boolean {
  const key = evictingKey(node);
  return key !== undefined && !(node.spec.taints ?? []).some((one) => one.key === key && one.effect === "NoExecute");
}

function taintOf(
  present: readonly corev1.Taint[],
  key: string,
  effect: "NoSchedule" | "NoExecute",
  now: number,
): corev1.Taint {
  return present.find((one) => one.key === key && one.effect === effect) ?? { key, effect, timeAdded: formatTime(now) };
}

function sameTaints(a: readonly corev1.Taint[], b: readonly corev1.Taint[]): boolean {
  const names = new Set(a.map((taint) => `${taint.key}:${taint.effect}`));
  return a.length === b.length && b.every((taint) => names.has(`${taint.key}:${taint.effect}`));
}
