import assert from "node:assert/strict";
import { test } from "node:test";
import type { batchv1 } from "../../api/mod.ts";
import { jobName, jobsBeyondHistory, newJob } from "./jobs.ts";
import { dueTime, isKnownTimeZone, parseSchedule } from "./schedule.ts";

const at = (text: string) => Date.parse(`2026-${text}Z`);

function cronJobOf(created: string, spec: Partial<batchv1.CronJobSpec> = {}, last?: string): batchv1.CronJob {
  const metadata = { name: "c", namespace: "n", uid: "u", creationTimestamp: `2026-${created}Z` };
  const jobTemplate = { spec: { template: {} } };
  const status = last ? { lastScheduleTime: `2026-${last}Z` } : {};
  return { metadata, spec: { schedule: "*/5 * * * *", jobTemplate, ...spec }, status } as unknown as batchv1.CronJob;
}

function due(cronJob: batchv1.CronJob, now: string): string {
  const result = dueTime(cronJob, parseSchedule(cronJob.spec.schedule, cronJob.spec.timeZone), at(now));
  const time = result.due === undefined ? "nothing" : new Date(result.due).toISOString().slice(5, 16);
  return result.tooManyMissed ? `${time}, too many missed` : time;
}

test("nothing is due before the first start after the creation", () => {
  assert.equal(due(cronJobOf("01-01T00:01:00"), "01-01T00:04:59"), "nothing");
  assert.equal(due(cronJobOf("01-01T00:01:00"), "01-01T00:05:00"), "01-01T00:05");
});

test("of several missed starts the newest is due", () => {
  assert.equal(due(cronJobOf("01-01T00:01:00", {}, "01-01T00:05:00"), "01-01T00:17:00"), "01-01T00:15");
});

test("a start that was made is not due again", () => {
  assert.equal(due(cronJobOf("01-01T00:01:00", {}, "01-01T00:15:00"), "01-01T00:17:00"), "nothing");
});

test("more than a hundred missed starts are reported, unless a starting deadline bounds them", () => {
  assert.equal(due(cronJobOf("01-01T00:00:00"), "03-01T00:01:00"), "03-01T00:00, too many missed");
  const bounded = cronJobOf("01-01T00:00:00", { startingDeadlineSeconds: 600 });
  assert.equal(due(bounded, "03-01T00:01:00"), "03-01T00:00");
});

test("the newest start is found across the gaps of a schedule", () => {
  const weekdays = cronJobOf("01-01T00:00:00", { schedule: "*/10 8-9 * * 1-5" });
  // 2026-01-11 is a Sunday.
  assert.match(due(weekdays, "01-11T12:00:00"), /^01-09T09:50/);
});

test("a schedule is read in its own time zone, UTC where it names none", () => {
  const schedule = parseSchedule("0 9 * * *", "Asia/Shanghai");
  assert.equal(schedule.next(at("01-01T00:00:00")), at("01-01T01:00:00"));
  assert.equal(parseSchedule("0 9 * * *", undefined).next(at("01-01T00:00:00")), at("01-01T09:00:00"));
  assert.equal(isKnownTimeZone("Asia/Shanghai"), true);
  assert.equal(isKnownTimeZone("Asia/Nowhere"), false);
});

test("nicknames and intervals are schedules too", () => {
  assert.equal(parseSchedule("@hourly", undefined).next(at("01-01T00:30:00")), at("01-01T01:00:00"));
  assert.equal(parseSchedule("@every 1h30m", undefined).next(at("01-01T00:00:00")), at("01-01T01:30:00"));
  assert.throws(() => parseSchedule("61 * * * *", undefined));
});

test("a job is named after its minute and says when it was meant to start", () => {
  const cronJob = cronJobOf("01-01T00:00:00", { timeZone: "Asia/Shanghai" });
  const scheduled = at("01-01T00:05:00");
  assert.equal(jobName(cronJob, scheduled), `c-${scheduled / 60_000}`);
  assert.deepEqual(newJob(cronJob, scheduled).metadata.annotations, {
    "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T08:05:00+08:00",
  });
});

test("of finished jobs the newest are kept, as many as each limit says", () => {
  const job = (name: string, type: string, minute: number) =>
    ({
      metadata: { name },
      status: { startTime: `2026-01-01T00:0${minute}:00Z`, conditions: [{ type, status: "True" }] },
    }) as unknown as batchv1.Job;
  const jobs = [job("a", "Complete", 1), job("b", "Complete", 2), job("c", "Failed", 3), job("d", "Failed", 4)];
  const limits = { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 };
  const excess = jobsBeyondHistory(cronJobOf("01-01T00:00:00", limits), jobs);
  assert.deepEqual(
    excess.map((one) => one.metadata.name),
    ["a", "c", "d"],
  );
});
