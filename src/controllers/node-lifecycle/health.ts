/** Whether a node still speaks, by the controller's own clock: what it saw change, and when. A node's clock is not trusted. Pure. */
import { type coordinationv1, type corev1, formatTime } from "../../api/mod.ts";

export interface NodeHealth {
  /** When a heartbeat was last seen to change, in milliseconds. */
  readonly seenAt: number;
  readonly lease: string;
  readonly heartbeat: string;
}

export interface HealthOptions {
  /** Silence after which a node's state is unknown. */
  readonly gracePeriodMs: number;
  /** The same for a node that has never spoken. */
  readonly startupGracePeriodMs: number;
  /** Between two looks at a node. */
  readonly monitorPeriodMs: number;
}

export const defaultHealthOptions: HealthOptions = Object.freeze({
  gracePeriodMs: 50_000,
  startupGracePeriodMs: 60_000,
  monitorPeriodMs: 5_000,
});

/** The record after looking at the node and its lease. */
export function observe(
  record: NodeHealth | undefined,
  node: corev1.Node,
  lease: coordinationv1.Lease | undefined,
  now: number,
): NodeHealth {
  const renewed = lease?.spec?.renewTime ?? "";
  const heartbeat = readyCondition(node)?.lastHeartbeatTime ?? "";
  if (record !== undefined && record.lease === renewed && record.heartbeat === heartbeat) return record;
  return { seenAt: now, lease: renewed, heartbeat };
}

export function readyCondition(node: corev1.Node): corev1.NodeCondition | undefined {
  return node.status?.conditions?.find((condition) => condition.type === "Ready");
}

export function isSilent(record: NodeHealth, node: corev1.Node, options: HealthOptions, now: number): boolean {
  const grace = readyCondition(node) === undefined ? options.startupGracePeriodMs : options.gracePeriodMs;
  return now - record.seenAt > grace;
}

/** What a node reports about itself, and so cannot be known of a silent one. */
const reported = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] as const;

/** The conditions of a node that has fallen silent; undefined where they say so already. */
export function unknownConditions(node: corev1.Node, now: number): corev1.NodeCondition[] | undefined {
  const present = node.status?.conditions ?? [];
  const time = formatTime(now);
  let changed = false;
  const updated = present.map((condition) => {
    const concerned = (reported as readonly string[]).includes(condition.type) && condition.status !== "Unknown";
    if (!concerned) return condition;
    changed = true;
    const message = "Kubelet stopped posting node status.";
    return { ...condition, status: "Unknown", reason: "NodeStatusUnknown", message, lastTransitionTime: time } as const;
  });
  const missing = reported.filter((type) => !present.some((condition) => condition.type === type));
  const added = missing.map((type) => ({
    type,
    status: "Unknown" as const,
    reason: "NodeStatusNeverUpdated",
    message: "Kubelet never posted node status.",
    lastHeartbeatTime: node.metadata.creationTimestamp,
    lastTransitionTime: time,
  }));
  return changed || added.length > 0 ? [...updated, ...added] : undefined;
}
