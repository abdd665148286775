/** Small readings of any object: its queue key, whether it is going away, times as the wire has them. */
import type { KubernetesObject } from "../../api/mod.ts";

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** `namespace/name`, or `name` where the object has no namespace. */
export function keyOf(object: KubernetesObject): string {
  return joinKey(object.metadata.namespace, object.metadata.name);
}

export function joinKey(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}

export function splitKey(key: string): ObjectName {
  const slash = key.indexOf("/");
  return slash < 0 ? { namespace: "", name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export function isDeleting(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** Milliseconds since the epoch; 0 for an absent time. */
export function parseTime(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time);
}

/** By creation time, then by name: the order in which upstream breaks ties. */
export function byCreation(a: KubernetesObject, b: KubernetesObject): number {
  const difference = parseTime(a.metadata.creationTimestamp) - parseTime(b.metadata.creationTimestamp);
  return difference !== 0 ? difference : compareText(a.metadata.name, b.metadata.name);
}

/** Byte order for ASCII names; `localeCompare` would depend on the machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
