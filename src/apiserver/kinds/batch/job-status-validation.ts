/** How a job's controller may say that it goes on, and ends. */
import { type batchv1, isConditionTrue } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, invalidUnprinted, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { nonNegative } from "../../validation/rules.ts";
import { countIndexes, listIndexes } from "./job-indexes.ts";

const path = field("status");

export function validateJobStatus(job: batchv1.Job, old: batchv1.Job): FieldError[] {
  return [
    ...(["active", "succeeded", "failed", "ready", "terminating"] as const).flatMap((key) =>
      nonNegative(job.status?.[key], path.child(key)),
    ),
    ...validateReady(job),
    ...validateEnd(job, old),
    ...validateIndexes(job),
    ...validateUncounted(job),
    ...validateConditions(job),
    ...(["failed", "succeeded"] as const)
      .filter((key) => (job.status?.[key] ?? 0) < (old.status?.[key] ?? 0))
      .map((key) => invalid(path.child(key), job.status?.[key] ?? 0, `cannot decrease the ${key} counter`)),
  ];
}

const has = ({ status }: batchv1.Job, type: string): boolean => isConditionTrue(status?.conditions, type);

function validateReady({ spec, status }: batchv1.Job): FieldError[] {
  const { active = 0, ready, failedIndexes } = status ?? {};
  const errors =
    ready !== undefined && ready > active
      ? [invalid(path.child("ready"), ready, "cannot set more ready pods than active")]
      : [];
  if (failedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    const text = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
    errors.push(invalid(path.child("failedIndexes"), failedIndexes, text));
  }
  return errors;
}

function validateEnd(job: batchv1.Job, old: batchv1.Job): FieldError[] {
  const at = path.child("conditions");
  const errors = ["Complete", "Failed"]
    .filter((type) => has(old, type) && !has(job, type))
    .map((type) => {
      const text = `cannot disable the terminal condition, type: ${JSON.stringify(type)}`;
      return invalid(at, job.status?.conditions, text);
    });
  if (has(job, "Complete") && has(job, "Failed"))
    errors.push(invalidUnprinted(at, "cannot set Complete=True and Failed=true conditions"));
  const completed = job.status?.completionTime;
  if (has(job, "Complete") && completed === undefined)
    errors.push(required(path.child("completionTime"), "completionTime is required for Complete jobs"));
  if (!has(job, "Complete") && completed !== undefined)
    errors.push(
      invalid(
        path.child("completionTime"),
        completed,
        "cannot set completionTime when there is no Complete=True condition",
      ),
    );
  return errors;
}

function validateIndexes({ spec, status }: batchv1.Job): FieldError[] {
  const completions = spec.completions ?? 0;
  const errors = (["completedIndexes", "failedIndexes"] as const).flatMap((key) => {
    const counted = countIndexes(status?.[key] ?? "", completions);
    if (typeof counted === "number") return [];
    return [invalid(path.child(key), status?.[key], `error parsing ${key}: ${counted.problem}`)];
  });
  if (errors.length > 0) return errors;
  const completed = new Set(listIndexes(status?.completedIndexes ?? ""));
  const both = listIndexes(status?.failedIndexes ?? "").find((index) => completed.has(index));
  if (both === undefined) return [];
  const text = `failedIndexes and completedIndexes overlap at index: ${both}`;
  return [invalid(path.child("failedIndexes"), status?.failedIndexes, text)];
}

function validateUncounted({ status }: batchv1.Job): FieldError[] {
  const seen = new Set<string>();
  return (["succeeded", "failed"] as const).flatMap((key) =>
    (status?.uncountedTerminatedPods?.[key] ?? []).flatMap((uid, position) => {
      const again = seen.has(uid);
      seen.add(uid);
      return again ? [duplicate(path.child("uncountedTerminatedPods", key).index(position), uid)] : [];
    }),
  );
}

function validateConditions(job: batchv1.Job): FieldError[] {
  const at = path.child("conditions");
  const errors: FieldError[] = [];
  if (has(job, "Failed") && !has(job, "FailureTarget"))
    errors.push(invalidUnprinted(at, "cannot set Failed=True condition without the FailureTarget=true condition"));
  if (has(job, "Complete") && !has(job, "SuccessCriteriaMet"))
    errors.push(
      invalidUnprinted(at, "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"),
    );
  if ((has(job, "Complete") || has(job, "Failed")) && !job.status?.startTime)
    errors.push(required(path.child("startTime"), "startTime is required for finished job"));
  if (has(job, "Complete") && job.spec.successPolicy && !has(job, "SuccessCriteriaMet")) {
    const text = "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True";
    errors.push(invalidUnprinted(at, text));
  }
  return errors;
}
