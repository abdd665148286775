/** From one type to another. */
import { type Overload, overload } from "../checker/signature.ts";
import { checkedInt, checkedUint } from "../evaluate/operators.ts";
import { formatDuration, parseDuration } from "../values/duration.ts";
import { formatTimestamp, parseTimestamp, timestampOf } from "../values/timestamp.ts";
import { type Duration, EvaluationError, type Timestamp, type Uint, type Value } from "../values/value.ts";

const tenth = (sizes: readonly number[]) => Math.ceil(sizes[0]! * 0.1);
const same = (value: Value) => value;
const text = { cost: tenth, size: (sizes: readonly number[]) => sizes[0]! };

function typeConversion(what: string, given: string): EvaluationError {
  return new EvaluationError(`type conversion error from '${given}' to '${what}'`);
}

function whole(value: number): bigint {
  if (!Number.isFinite(value)) throw new EvaluationError("integer overflow");
  return BigInt(Math.trunc(value));
}

function intOfText(value: string): Value {
  if (!/^[+-]?\d+$/.test(value)) throw typeConversion("int", "string");
  return checkedInt(BigInt(value.replace(/^\+/, "")));
}

function uintOfText(value: string): Value {
  if (!/^\d+$/.test(value)) throw typeConversion("uint", "string");
  return checkedUint(BigInt(value));
}

function doubleOfText(value: string): Value {
  if (/^[+-]?(?:inf(?:inity)?)$/i.test(value)) return value.startsWith("-") ? -Infinity : Infinity;
  if (/^nan$/i.test(value)) return Number.NaN;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) throw typeConversion("double", "string");
  return Number(value);
}

function boolOfText(value: string): Value {
  if (["1", "t", "true", "TRUE", "True"].includes(value)) return true;
  if (["0", "f", "false", "FALSE", "False"].includes(value)) return false;
  throw typeConversion("bool", "string");
}

/** As Go writes a float with the fewest digits. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const [digits, exponent = "+0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 21) return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  return String(value).includes("e") ? BigInt(value).toString() : String(value);
}

function stringOfBytes(value: Uint8Array): Value {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(value);
  } catch {
    throw new EvaluationError("invalid UTF-8 in bytes, cannot convert to string");
  }
}

const integers: readonly Overload[] = [
  overload("int(int): int", same),
  overload("int(uint): int", (value: Uint) => checkedInt(value.value)),
  overload("int(double): int", (value: number) => checkedInt(whole(value))),
  overload("int(string): int", intOfText),
  overload("int(timestamp): int", ({ nanoseconds }: Timestamp) => floorSeconds(nanoseconds)),
  overload("int(duration): int", ({ nanoseconds }: Duration) => nanoseconds),
  overload("uint(uint): uint", same),
  overload("uint(int): uint", checkedUint),
  overload("uint(double): uint", (value: number) => checkedUint(whole(value))),
  overload("uint(string): uint", uintOfText),
  overload("double(double): double", same),
  overload("double(int): double", (value: bigint) => Number(value)),
  overload("double(uint): double", (value: Uint) => Number(value.value)),
  overload("double(string): double", doubleOfText),
];

function floorSeconds(nanoseconds: bigint): bigint {
  const rest = nanoseconds % 1_000_000_000n;
  return (nanoseconds - rest) / 1_000_000_000n - (rest < 0n ? 1n : 0n);
}

const texts: readonly Overload[] = [
  overload("string(string): string", same, text),
  overload("string(bool): string", String),
  overload("string(int): string", (value: bigint) => value.toString()),
  overload("string(uint): string", ({ value }: Uint) => value.toString()),
  overload("string(double): string", formatDouble),
  overload("string(bytes): string", stringOfBytes, text),
  overload("string(timestamp): string", formatTimestamp),
  overload("string(duration): string", formatDuration),
  overload("bytes(bytes): bytes", same),
  overload("bytes(string): bytes", (value: string) => new Uint8Array(Buffer.from(value, "utf8")), text),
  overload("bool(bool): bool", same),
  overload("bool(string): bool", boolOfText),
];

const times: readonly Overload[] = [
  overload("timestamp(timestamp): timestamp", same),
  overload("timestamp(int): timestamp", (seconds: bigint) => timestampOf(seconds * 1_000_000_000n)),
  overload("timestamp(string): timestamp", (value: string) => {
    const found = parseTimestamp(value);
    if (!found) throw new EvaluationError(`${JSON.stringify(value)} is not a timestamp`);
    return found;
  }),
  overload("duration(duration): duration", same),
  overload("duration(int): duration", (nanoseconds: bigint) => parseDuration(`${nanoseconds}ns`)!),
  overload("duration(string): duration", (value: string) => {
    const found = parseDuration(value);
    if (!found) throw new EvaluationError(`time: invalid duration ${JSON.stringify(value)}`);
    return found;
  }),
];

export const conversions: readonly Overload[] = [...integers, ...texts, ...times];
