/** Node order: one node of each zone in turn, so that looking at a part of the nodes looks at all zones. */
import type { NodeInfo } from "./node-info.ts";

export const hostnameLabel = "kubernetes.io/hostname";
export const zoneLabel = "topology.kubernetes.io/zone";
const regionLabel = "topology.kubernetes.io/region";
const separator = "\u0000";

export function zoneOf({ labels }: Pick<NodeInfo, "labels">): string {
  return `${labels[regionLabel] ?? ""}${separator}${labels[zoneLabel] ?? ""}`;
}

export function interleaveZones(nodes: readonly NodeInfo[]): readonly NodeInfo[] {
  const zones = [...Map.groupBy(nodes, zoneOf).values()];
  if (zones.length < 2) return nodes;
  const longest = Math.max(...zones.map((zone) => zone.length));
  const rounds = Array.from({ length: longest }, (_, round) => zones.flatMap((zone) => zone[round] ?? []));
  return rounds.flat();
}
