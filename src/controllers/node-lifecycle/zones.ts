/** How fast nodes of a zone may be emptied: slowly, and not at all where the trouble is more likely the network than the nodes. Pure. */
import type { corev1 } from "../../api/mod.ts";
import { evictingKey } from "./taints.ts";

export type ZoneState = "normal" | "partial" | "full";

/** Nodes a second. */
const normalRate = 0.1;
const reducedRate = 0.01;
const largeZone = 50;
const unhealthyThreshold = 0.55;

export function zoneOf(node: corev1.Node): string {
  const labels = node.metadata.labels ?? {};
  return `${labels["topology.kubernetes.io/region"] ?? ""}:${labels["topology.kubernetes.io/zone"] ?? ""}`;
}

/** Nodes a second that may be given the evicting taint, by zone. */
export function evictionRates(nodes: readonly corev1.Node[]): Map<string, number> {
  const zones = new Map<string, corev1.Node[]>();
  for (const node of nodes) zones.set(zoneOf(node), [...(zones.get(zoneOf(node)) ?? []), node]);
  const states = new Map([...zones].map(([zone, members]) => [zone, stateOf(members)]));
  // No node answers anywhere: it is this controller that is cut off.
  const isCutOff = [...states.values()].every((state) => state === "full");
  return new Map([...zones].map(([zone, members]) => [zone, isCutOff ? 0 : rateOf(states.get(zone)!, members.length)]));
}

export function stateOf(nodes: readonly corev1.Node[]): ZoneState {
  const unwell = nodes.filter((node) => evictingKey(node) !== undefined).length;
  if (unwell > 0 && unwell === nodes.length) return "full";
  return unwell > 2 && unwell / nodes.length >= unhealthyThreshold ? "partial" : "normal";
}

function rateOf(state: ZoneState, size: number): number {
  if (state !== "partial") return normalRate;
  return size > largeZone ? reducedRate : 0;
}

/** Lets one node through each `1 / rate` seconds, by zone. */
export class EvictionPace {
  readonly #last = new Map<string, number>();

  /** True at most once in the time that the rate gives; `now` in milliseconds. */
  take(zone: string, rate: number, now: number): boolean {
    if (rate <= 0) return false;
    const last = this.#last.get(zone);
    if (last !== undefined && now - last < 1000 / rate) return false;
    this.#last.set(zone, now);
    return true;
  }
}
