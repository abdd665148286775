/** Instants to the nanosecond, from the year 1 to the year 9999. */
import { EvaluationError, Timestamp } from "./value.ts";

const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const earliest = -62_135_596_800n * 1_000_000_000n;
const latest = 253_402_300_800n * 1_000_000_000n - 1n;

/** RFC 3339; nothing where the text is none, or a date that there is not. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", sign, offsetHours = "0", offsetMinutes = "0"] = match;
  const milliseconds = utc(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  if (milliseconds === undefined) return undefined;
  const offset = BigInt(Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000_000_000n;
  const local = BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
  return inRange(sign === "-" ? local + offset : local - offset);
}

function utc(year: number, month: number, day: number, hour: number, minute: number, second: number) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const kept = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return kept && hour < 24 && minute < 60 && second < 60 ? date.getTime() : undefined;
}

function inRange(nanoseconds: bigint): Timestamp | undefined {
  return nanoseconds < earliest || nanoseconds > latest ? undefined : new Timestamp(nanoseconds);
}

export function timestampOf(nanoseconds: bigint): Timestamp {
  const found = inRange(nanoseconds);
  if (!found) throw new EvaluationError("timestamp overflow");
  return found;
}

/** The day and time of day in UTC; the fraction is in `nanosecondsOf`. */
export function dateOf({ nanoseconds }: Timestamp): Date {
  return new Date(Number((nanoseconds - nanosecondsOf({ nanoseconds })) / 1_000_000n));
}

/** Within the second. */
export function nanosecondsOf({ nanoseconds }: Pick<Timestamp, "nanoseconds">): bigint {
  const rest = nanoseconds % 1_000_000_000n;
  return rest < 0n ? rest + 1_000_000_000n : rest;
}

/** RFC 3339 in UTC with as many digits as needed. */
export function formatTimestamp(timestamp: Timestamp): string {
  const fraction = nanosecondsOf(timestamp).toString().padStart(9, "0").replace(/0+$/, "");
  return `${dateOf(timestamp).toISOString().slice(0, 19)}${fraction && `.${fraction}`}Z`;
}
