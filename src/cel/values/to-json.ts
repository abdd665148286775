/** What an expression made, as JSON. */
import { formatDuration } from "./duration.ts";
import { formatTimestamp } from "./timestamp.ts";
import {
  Duration,
  EvaluationError,
  ListValue,
  MapValue,
  OptionalValue,
  Timestamp,
  typeNameOf,
  Uint,
  type Value,
} from "./value.ts";

/** Throws for values that JSON has no form for. */
export function toJson(value: Value): unknown {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string")
    return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint) return Number(value.value);
  if (value instanceof ListValue) return [...value].map(toJson);
  if (value instanceof MapValue) return mapToJson(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof OptionalValue && value.value !== undefined) return toJson(value.value);
  throw new EvaluationError(`no JSON form of ${typeNameOf(value)}`);
}

function mapToJson(map: MapValue): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const key of map.keys()) object[String(key instanceof Uint ? key.value : key)] = toJson(map.get(key)!);
  return object;
}
