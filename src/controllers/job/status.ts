/** A Job's status: counts, start, suspension, and the conditions that announce and end it. Pure. */
import { type batchv1, findCondition, formatTime } from "../../api/mod.ts";
import { withoutCondition } from "../support/conditions.ts";
import type { JobView } from "./job-view.ts";
import type { Outcome } from "./outcome.ts";

export interface StatusChange {
  readonly status: batchv1.JobStatus;
  /** Whether the Job was suspended or resumed by this change. */
  readonly event?: "Suspended" | "Resumed";
}

/** The start time and the Suspended condition as the spec asks for. */
export function applySuspension(job: batchv1.Job, status: batchv1.JobStatus, now: number): StatusChange {
  const suspended = findCondition(status.conditions, "Suspended");
  if (job.spec.suspend === true) {
    if (suspended?.status === "True") return { status };
    const { startTime: _, ...rest } = status;
    const conditions = setJobCondition(
      status.conditions,
      condition("Suspended", "True", "JobSuspended", "Job suspended"),
      now,
    );
    return { status: { ...rest, conditions }, event: "Suspended" };
  }
  const started = { ...status, startTime: status.startTime ?? formatTime(now) };
  if (suspended?.status !== "True") return { status: started };
  const conditions = setJobCondition(
    status.conditions,
    condition("Suspended", "False", "JobResumed", "Job resumed"),
    now,
  );
  return { status: { ...started, startTime: formatTime(now), conditions }, event: "Resumed" };
}

/** Active, ready and terminating pods; zeros where the wire has them. */
export function withCounts(
  status: batchv1.JobStatus,
  counts: Pick<JobView, "ready" | "terminating"> & { active: number },
) {
  const { active: _, ...rest } = status;
  return {
    ...rest,
    ...(counts.active > 0 ? { active: counts.active } : {}),
    ready: counts.ready,
    terminating: counts.terminating,
  };
}

/** Says what is decided, before the Job's pods are gone (KEP-3939, KEP-3998). */
export function announce(status: batchv1.JobStatus, outcome: Outcome, now: number): batchv1.JobStatus {
  const type = outcome.type === "Complete" ? "SuccessCriteriaMet" : "FailureTarget";
  const conditions = setJobCondition(
    status.conditions,
    { ...condition(type, "True", outcome.reason, outcome.message) },
    now,
  );
  return { ...status, conditions };
}

/** The last status of a Job: no pod of it runs or waits to be counted any more. */
export function finish(status: batchv1.JobStatus, outcome: Outcome, now: number): batchv1.JobStatus {
  const announced = announce(status, outcome, now);
  const content = condition(outcome.type, "True", outcome.reason, outcome.message);
  const conditions = setJobCondition(announced.conditions, content, now);
  return { ...announced, conditions, ...(outcome.type === "Complete" ? { completionTime: formatTime(now) } : {}) };
}

function condition(type: string, status: string, reason: string, message: string) {
  return { type, status, reason, message };
}

function setJobCondition(
  present: readonly batchv1.JobCondition[] | undefined,
  content: ReturnType<typeof condition>,
  now: number,
): batchv1.JobCondition[] {
  const old = findCondition(present, content.type);
  if (old?.status === content.status && old.reason === content.reason) return [...(present ?? [])];
  const time = formatTime(now);
  const fresh = { ...content, lastProbeTime: time, lastTransitionTime: time } as batchv1.JobCondition;
  return [...withoutCondition(present, content.type), fresh];
}
