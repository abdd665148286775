/** Whether a Job is over, and how. Pure. */
import { type batchv1, type corev1, findCondition, isConditionTrue } from "../../api/mod.ts";
import { parseTime } from "../support/object.ts";
import { failedIndexes } from "./failed-indexes.ts";
import type { JobView } from "./job-view.ts";
import { decideFailure } from "./pod-failure-policy.ts";
import { matchSuccessPolicy } from "./success-policy.ts";

/** `Complete` and `Failed` end a Job; the other two say that it will, once its pods are gone. */
export interface Outcome {
  readonly type: "Complete" | "Failed";
  readonly reason: string;
  readonly message: string;
}

export function isFinished(job: batchv1.Job): boolean {
  return isConditionTrue(job.status?.conditions, "Complete") || isConditionTrue(job.status?.conditions, "Failed");
}

/** Undefined while the Job is to go on. */
export function outcomeOf(view: JobView, now: number): Outcome | undefined {
  return earlierVerdict(view.job) ?? failureOf(view, now) ?? successOf(view);
}

/** What was decided by an earlier sync stays decided. */
function earlierVerdict(job: batchv1.Job): Outcome | undefined {
  const verdicts = [
    ["SuccessCriteriaMet", "Complete"],
    ["FailureTarget", "Failed"],
  ] as const;
  for (const [interim, type] of verdicts) {
    const found = findCondition(job.status?.conditions, interim);
    if (found?.status === "True") return { type, reason: found.reason ?? "", message: found.message ?? "" };
  }
  return undefined;
}

function failureOf(view: JobView, now: number): Outcome | undefined {
  const { spec } = view.job;
  const policyMessage = failedByPolicy(view);
  if (policyMessage !== undefined) return failed("PodFailurePolicy", policyMessage);
  if (view.failed > (spec.backoffLimit ?? 6) || restartsExceedLimit(view)) {
    return failed("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }
  if (deadlineIn(view.job, now) === 0) {
    return failed("DeadlineExceeded", "Job was active longer than specified deadline");
  }
  return failureByIndexes(view);
}

function failureByIndexes(view: JobView): Outcome | undefined {
  const indexes = failedIndexes(view);
  if (indexes === undefined || indexes.size === 0) return undefined;
  const { completions, maxFailedIndexes } = view.job.spec;
  if (maxFailedIndexes !== undefined && indexes.size > maxFailedIndexes) {
    return failed("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
  }
  const finished = new Set([...indexes, ...view.succeededIndexes]);
  return finished.size >= (completions ?? 0) ? failed("FailedIndexes", "Job has failed indexes") : undefined;
}

function failed(reason: string, message: string): Outcome {
  return { type: "Failed", reason, message };
}

function failedByPolicy(view: JobView): string | undefined {
  for (const pod of view.newlyFailed) {
    const decision = decideFailure(view.job.spec.podFailurePolicy, pod);
    if (decision.action === "FailJob") return decision.message;
  }
  return undefined;
}

/** With `OnFailure` the node restarts containers, so their restarts are the failures. */
function restartsExceedLimit(view: JobView): boolean {
  const { template, backoffLimit = 6 } = view.job.spec;
  if (template.spec?.restartPolicy !== "OnFailure") return false;
  const restarts = view.active.reduce((sum, pod) => sum + restartsOf(pod), 0);
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

function restartsOf(pod: corev1.Pod): number {
  const phase = pod.status?.phase;
  if (phase !== "Running" && phase !== "Pending") return 0;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return statuses.reduce((sum, status) => sum + (status.restartCount ?? 0), 0);
}

/** Milliseconds until the deadline, 0 where it has passed; undefined where none runs. */
export function deadlineIn(job: batchv1.Job, now: number): number | undefined {
  const seconds = job.spec.activeDeadlineSeconds;
  if (seconds === undefined || job.status?.startTime === undefined || job.spec.suspend === true) return undefined;
  return Math.max(0, parseTime(job.status.startTime) + seconds * 1000 - now);
}

function successOf(view: JobView): Outcome | undefined {
  const { completions, successPolicy } = view.job.spec;
  const matched = matchSuccessPolicy(successPolicy, view.succeededIndexes, completions ?? 0);
  if (matched !== undefined) return { type: "Complete", reason: "SuccessPolicy", message: matched };
  const reached =
    completions === undefined ? view.succeeded > 0 && view.active.length === 0 : isReached(view, completions);
  const message = "Reached expected number of succeeded pods";
  return reached ? { type: "Complete", reason: "CompletionsReached", message } : undefined;
}

function isReached(view: JobView, completions: number): boolean {
  return view.succeeded >= completions && (completions > 0 || view.active.length === 0);
}
