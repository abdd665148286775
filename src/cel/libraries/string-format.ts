/** `"%s costs %.2f".format([…])`. */
import { formatDuration } from "../values/duration.ts";
import { formatTimestamp } from "../values/timestamp.ts";
import {
  Duration,
  EvaluationError,
  ListValue,
  MapValue,
  Timestamp,
  TypeValue,
  typeNameOf,
  Uint,
  type Value,
} from "../values/value.ts";
import { formatDouble } from "./conversions.ts";

export function formatString(template: string, values: ListValue): string {
  let next = 0;
  return template.replace(/%(?:(%)|(?:\.(\d+))?([a-zA-Z])?)/g, (all, percent, precision, verb) => {
    if (percent) return "%";
    if (!verb) throw new EvaluationError("unexpected end of string");
    if (next >= values.length) throw new EvaluationError(`index ${next} out of range`);
    return clause(verb, values.at(next++), precision === undefined ? undefined : Number(precision), all);
  });
}

function clause(verb: string, value: Value, precision: number | undefined, text: string): string {
  switch (verb) {
    case "s":
      return shown(value);
    case "d":
      return decimal(value);
    case "f":
      return real(value).toFixed(precision ?? 6);
    case "e":
      return scientific(real(value), precision ?? 6);
    case "b":
      return typeof value === "boolean" ? String(Number(value)) : whole(value, "binary").toString(2);
    case "o":
      return whole(value, "octal").toString(8);
    case "x":
      return hexadecimal(value);
    case "X":
      return hexadecimal(value).toUpperCase();
  }
  throw new EvaluationError(`could not parse formatting clause: unrecognized formatting clause "${text.slice(-1)}"`);
}

/** As Go shows it. */
export function shown(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "number") return formatDouble(value);
  if (typeof value !== "object") return String(value);
  if (value instanceof Uint) return value.value.toString();
  if (value instanceof ListValue) return `[${[...value].map(shown).join(", ")}]`;
  if (value instanceof MapValue) return mapText(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof TypeValue) return value.name;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  throw new EvaluationError(
    `error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${typeNameOf(value)}`,
  );
}

function mapText(map: MapValue): string {
  const entries = [...map.keys()].map((key) => `${shown(key)}: ${shown(map.get(key)!)}`);
  return `{${entries.sort().join(", ")}}`;
}

function whole(value: Value, what: string): bigint {
  if (typeof value === "bigint") return value;
  if (value instanceof Uint) return value.value;
  throw new EvaluationError(
    `error during formatting: ${what} clause can only be used on integers, was given ${typeNameOf(value)}`,
  );
}

function decimal(value: Value): string {
  return typeof value === "number" && !Number.isFinite(value)
    ? formatDouble(value).replace("Inf", "Infinity").replace("+", "")
    : whole(value, "decimal").toString();
}

function real(value: Value): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint) return Number(value.value);
  throw new EvaluationError(
    `error during formatting: fixed-point clause can only be used on doubles, was given ${typeNameOf(value)}`,
  );
}

function scientific(value: number, precision: number): string {
  return value.toExponential(precision).replace(/e([+-])(\d)$/, "e$10$2");
}

function hexadecimal(value: Value): string {
  if (typeof value === "string") return Buffer.from(value, "utf8").toString("hex");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return whole(value, "hex").toString(16);
}
