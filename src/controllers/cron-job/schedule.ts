/** When a CronJob is due. Pure: the present is a parameter. */
import { createRequire } from "node:module";
import type { batchv1 } from "../../api/mod.ts";
import { parseTime } from "../support/object.ts";

const load = createRequire(import.meta.url);

/** Start times missed in a row beyond which something is wrong, the clock most likely. */
const tooMany = 100;

export interface Schedule {
  /** The first start after `time`, in milliseconds; undefined where there is none. */
  next(time: number): number | undefined;
}

/** Throws what the parser says of a schedule or time zone that it does not know. */
export function parseSchedule(text: string, timeZone: string | undefined): Schedule {
  const every = /^@every\s+(.+)$/.exec(text.trim());
  if (every !== null) return everySchedule(every[1]!);
  const { Cron } = load("croner") as typeof import("croner");
  const cron = new Cron(text, {
    paused: true,
    mode: "5-part",
    ...(timeZone ? { timezone: timeZone } : { timezone: "UTC" }),
  });
  return { next: (time) => cron.nextRun(new Date(time))?.getTime() };
}

/** Whole seconds after the start that was last, as upstream's parser has it. */
function everySchedule(text: string): Schedule {
  const stepMs = Math.max(1, Math.floor(durationSeconds(text))) * 1000;
  return { next: (time) => Math.floor(time / 1000) * 1000 + stepMs };
}

const unitSeconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

function durationSeconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.map((part) => part[0]).join("") !== text) throw new Error(`failed to parse duration @every ${text}`);
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * unitSeconds[unit!]!, 0);
}

/** Whether the zone is in the machine's time zone data. */
export function isKnownTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

export interface DueTime {
  /** The newest start that has come; undefined where none has since the last one. */
  readonly due?: number;
  /** More starts were missed than can be explained. */
  readonly tooManyMissed: boolean;
}

/** The newest start between the last one (or the creation, or the starting deadline) and `now`. */
export function dueTime(cronJob: batchv1.CronJob, schedule: Schedule, now: number): DueTime {
  const earliest = earliestStart(cronJob, now);
  const first = schedule.next(earliest);
  if (first === undefined || first > now) return { tooManyMissed: false };
  const second = schedule.next(first);
  if (second === undefined || second > now) return { due: first, tooManyMissed: false };
  const due = newestBetween(schedule, first, second, now);
  const missed = 1 + (now - first) / (second - first);
  return { due, tooManyMissed: missed > tooMany };
}

function earliestStart(cronJob: batchv1.CronJob, now: number): number {
  const last = parseTime(cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp);
  const deadline = cronJob.spec.startingDeadlineSeconds;
  return deadline === undefined ? last : Math.max(last, now - deadline * 1000);
}

/** Jumps close to now first: years of missed minutes are not walked through one by one. */
function newestBetween(schedule: Schedule, first: number, second: number, now: number): number {
  const step = second - first;
  let due = first;
  const near = now - 2 * step;
  if (near > second) due = newestStartBefore(schedule, first, near, step);
  for (let next = schedule.next(due); next !== undefined && next <= now; next = schedule.next(due)) due = next;
  return due;
}

/** A start at or before `time`. Steps back further each time: schedules have gaps of nights and weekends. */
function newestStartBefore(schedule: Schedule, first: number, time: number, step: number): number {
  for (let back = step; time - back > first; back *= 2) {
    const found = schedule.next(time - back);
    if (found !== undefined && found <= time) return found;
  }
  return first;
}
