import { ListValue, MapValue, type Value } from "../values/value.ts";

/** What costs are reckoned from: characters, bytes, items, entries; 1 for everything else. */
export function sizeOf(value: Value): number {
  if (typeof value === "string") return value.length;
  if (value instanceof ListValue) return value.length;
  if (value instanceof MapValue) return value.size;
  return value instanceof Uint8Array ? value.length : 1;
}
