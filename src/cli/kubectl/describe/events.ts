/** What has happened to an object that is described. */
import type { corev1 } from "../../../api/mod.ts";
import { age } from "../../../api/narrow.ts";
import type { AnyObject } from "../resource-types.ts";
import type { DescribeContext } from "./context.ts";
import { type Lines, tableLines } from "./lines.ts";

/** The events of this object, and none of another one that had its name before. */
export async function eventsOf(object: AnyObject, context: DescribeContext): Promise<readonly corev1.Event[]> {
  const { kind, metadata } = object;
  const fields = [`involvedObject.name=${metadata.name}`, `involvedObject.kind=${kind}`];
  if (metadata.namespace) fields.push(`involvedObject.namespace=${metadata.namespace}`);
  const fieldSelector = fields.join(",");
  const named = await context.list<corev1.Event>("events", { fieldSelector }, metadata.namespace);
  const uids = uidsInEvents(object);
  return named.filter(({ involvedObject: { uid } }) => uids.includes(uid));
}

const mirrorAnnotation = "kubernetes.io/config.mirror";

/** A kubelet calls its node by name, and a static pod as it did before the API had one. */
function uidsInEvents({ kind, metadata: { name, uid, annotations } }: AnyObject): readonly (string | undefined)[] {
  if (kind === "Node") return [uid, name];
  return [(kind === "Pod" && annotations?.[mirrorAnnotation]) || uid];
}

const lastSeen = (event: corev1.Event): string =>
  event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;

function eventAge(event: corev1.Event, now: number): string {
  if ((event.count ?? 1) < 2 || !event.firstTimestamp) return age(lastSeen(event), now);
  return `${age(lastSeen(event), now)} (x${event.count} over ${age(event.firstTimestamp, now)})`;
}

/** What happened to a part of the object says to which: `spec.containers{web}: Started container web`. */
function eventMessage({ involvedObject: { fieldPath }, message }: corev1.Event): string {
  const text = (message ?? "").trim();
  return fieldPath ? `${fieldPath}: ${text}` : text;
}

export function eventLines(events: readonly corev1.Event[], now = Date.now()): Lines {
  if (events.length === 0) return [["Events:", "<none>"]];
  const sorted = [...events].sort((a, b) => (lastSeen(a) < lastSeen(b) ? -1 : 1));
  const rows = sorted.map((event) => [
    ...[event.type ?? "", event.reason ?? "", eventAge(event, now)],
    ...[event.source?.component || event.reportingComponent || "", eventMessage(event)],
  ]);
  return [["Events:"], ...tableLines(["Type", "Reason", "Age", "From", "Message"], rows, [4, 6, 4, 4, 7])];
}
