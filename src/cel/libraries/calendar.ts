/** What day and hour it is, in UTC or in a time zone. */
import { type Overload, overload } from "../checker/signature.ts";
import { dateOf, nanosecondsOf } from "../values/timestamp.ts";
import { type Duration, EvaluationError, Timestamp } from "../values/value.ts";

/** The instant whose UTC reading is the clock in that zone: `+05:30`, `Europe/Berlin`. */
function inZone(timestamp: Timestamp, zone: string): Timestamp {
  const fixed = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  const minutes = fixed
    ? (Number(fixed[2]) * 60 + Number(fixed[3])) * (fixed[1] === "-" ? -1 : 1)
    : zoneMinutes(dateOf(timestamp), zone);
  return new Timestamp(timestamp.nanoseconds + BigInt(minutes) * 60_000_000_000n);
}

function zoneMinutes(date: Date, timeZone: string): number {
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    const name = format.formatToParts(date).find(({ type }) => type === "timeZoneName")!.value;
    const [, sign, hours = "0", minutes = "0"] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name)!;
    return (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  } catch {
    throw new EvaluationError(`unknown time zone ${timeZone}`);
  }
}

function dayOfYear(date: Date): number {
  return Math.floor((Date.UTC(2000, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(2000, 0, 1)) / 86_400_000);
}

function dayOfYearIn(date: Date): number {
  const leap = new Date(Date.UTC(date.getUTCFullYear(), 1, 29)).getUTCMonth() === 1;
  return dayOfYear(date) - (!leap && date.getUTCMonth() > 1 ? 1 : 0);
}

const parts: Readonly<Record<string, (date: Date, timestamp: Timestamp) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: dayOfYearIn,
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (_, timestamp) => Number(nanosecondsOf(timestamp) / 1_000_000n),
};

const ofTimestamps: readonly Overload[] = Object.entries(parts).flatMap(([name, read]) => [
  overload(`timestamp.${name}(): int`, (timestamp: Timestamp) => BigInt(read(dateOf(timestamp), timestamp))),
  overload(`timestamp.${name}(string): int`, (timestamp: Timestamp, zone: string) => {
    const local = inZone(timestamp, zone);
    return BigInt(read(dateOf(local), local));
  }),
]);

const units: readonly (readonly [string, bigint])[] = [
  ["getHours", 3_600_000_000_000n],
  ["getMinutes", 60_000_000_000n],
  ["getSeconds", 1_000_000_000n],
];

export const calendar: readonly Overload[] = [
  ...ofTimestamps,
  ...units.map(([name, unit]) =>
    overload(`duration.${name}(): int`, ({ nanoseconds }: Duration) => nanoseconds / unit),
  ),
  overload("duration.getMilliseconds(): int", ({ nanoseconds }: Duration) => (nanoseconds / 1_000_000n) % 1000n),
];
