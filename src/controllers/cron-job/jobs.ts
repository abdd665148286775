/** The Jobs of a CronJob: what they are called, and which finished ones are beyond its history. Pure. */
import { type batchv1, formatTime, isConditionTrue } from "../../api/mod.ts";
import { newControllerReference } from "../support/controller-reference.ts";
import { compareText, parseTime } from "../support/object.ts";

const scheduledAnnotation = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/** Named after the minute, so that one start can never make two. */
export function jobName(cronJob: batchv1.CronJob, scheduled: number): string {
  return `${cronJob.metadata.name}-${Math.floor(scheduled / 60_000)}`;
}

export function newJob(cronJob: batchv1.CronJob, scheduled: number) {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  return {
    metadata: {
      name: jobName(cronJob, scheduled),
      namespace: cronJob.metadata.namespace,
      ...(metadata.labels ? { labels: { ...metadata.labels } } : {}),
      annotations: { ...metadata.annotations, [scheduledAnnotation]: zonedTime(scheduled, cronJob.spec.timeZone) },
      ownerReferences: [newControllerReference(cronJob, { apiVersion: "batch/v1", kind: "CronJob" })],
    },
    spec: spec!,
  };
}

/** RFC 3339 with the zone's offset. */
function zonedTime(time: number, timeZone: string | undefined): string {
  if (timeZone === undefined) return formatTime(time);
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const offset =
    format
      .formatToParts(time)
      .find((part) => part.type === "timeZoneName")
      ?.value.slice(3) ?? "";
  if (offset === "") return formatTime(time);
  const [hours = "0", minutes = "0"] = offset.slice(1).split(":");
  const sign = offset.startsWith("-") ? -1 : 1;
  const shifted = time + sign * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return formatTime(shifted).slice(0, -1) + offset;
}

export function isJobFinished(job: batchv1.Job): boolean {
  return finishedType(job) !== undefined;
}

export function finishedType(job: batchv1.Job): "Complete" | "Failed" | undefined {
  if (isConditionTrue(job.status?.conditions, "Complete")) return "Complete";
  return isConditionTrue(job.status?.conditions, "Failed") ? "Failed" : undefined;
}

/** Finished Jobs beyond the two limits, the oldest first. */
export function jobsBeyondHistory(cronJob: batchv1.CronJob, jobs: readonly batchv1.Job[]): batchv1.Job[] {
  const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cronJob.spec;
  const of = (type: string) => jobs.filter((job) => finishedType(job) === type);
  return [...oldest(of("Complete"), successfulJobsHistoryLimit), ...oldest(of("Failed"), failedJobsHistoryLimit)];
}

function oldest(jobs: batchv1.Job[], kept: number): batchv1.Job[] {
  const sorted = jobs.sort(
    (a, b) =>
      parseTime(a.status?.startTime) - parseTime(b.status?.startTime) || compareText(a.metadata.name, b.metadata.name),
  );
  return sorted.slice(0, Math.max(0, sorted.length - kept));
}
