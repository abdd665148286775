import { batchv1 } from "../../../api/mod.ts";
import { type FieldError, invalid, notSupported, required } from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { nonNegative } from "../../validation/rules.ts";
import { validateJobSpec } from "./job-validation.ts";
import { scheduleFieldProblem } from "./schedule-field.ts";

const path = field("spec");
/** A job's name is the cron job's and eleven characters of time. */
const longestName = 52;

export function validateCronJob({ metadata, spec }: batchv1.CronJob): FieldError[] {
  const errors = validateSpec(spec);
  if ((metadata.name ?? "").length > longestName)
    errors.push(invalid(field("metadata", "name"), metadata.name, `must be no more than ${longestName} characters`));
  return errors;
}

function validateSpec(spec: batchv1.CronJobSpec): FieldError[] {
  const errors = spec.schedule
    ? validateSchedule(spec.schedule, path.child("schedule"))
    : [required(path.child("schedule"))];
  nonNegative(spec.startingDeadlineSeconds, path.child("startingDeadlineSeconds"), errors);
  if (spec.timeZone !== undefined) errors.push(...validateTimeZone(spec.timeZone, path.child("timeZone")));
  errors.push(...validatePolicy(spec.concurrencyPolicy, path.child("concurrencyPolicy")));
  errors.push(...validateJobTemplate(spec.jobTemplate, path.child("jobTemplate", "spec")));
  for (const key of ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] as const)
    nonNegative(spec[key], path.child(key), errors);
  return errors;
}

function validateJobTemplate(template: batchv1.JobTemplateSpec, at: FieldPath): FieldError[] {
  if (!template.spec) return [];
  const errors = validateJobSpec(template.spec, at);
  if (template.spec.selector)
    errors.push(invalid(at.child("selector"), template.spec.selector, "`selector` will be auto-generated"));
  if (template.spec.manualSelector) errors.push(notSupported(at.child("manualSelector"), true, ["nil", "false"]));
  return errors;
}

/** Five fields, or a word like `@daily`; zones stand in `timeZone`. */
function validateSchedule(schedule: string, at: FieldPath): FieldError[] {
  if (/^(CRON_)?TZ=/.test(schedule))
    return [invalid(at, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")];
  if (schedule.startsWith("@")) return validateWord(schedule, at);
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5)
    return [invalid(at, schedule, `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`)];
  const problem = fields.map((text, position) => scheduleFieldProblem(text, position)).find((found) => found);
  return problem ? [invalid(at, schedule, problem)] : [];
}

const words: ReadonlySet<string> = new Set([
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
]);

function validateWord(schedule: string, at: FieldPath): FieldError[] {
  if (words.has(schedule) || /^@every ([0-9.]+(ns|us|µs|ms|s|m|h))+$/.test(schedule)) return [];
  const [, interval] = /^@every (.*)$/.exec(schedule) ?? [];
  if (interval === undefined) return [invalid(at, schedule, `unrecognized descriptor: ${schedule}`)];
  const why = `time: invalid duration ${JSON.stringify(interval)}`;
  return [invalid(at, schedule, `failed to parse duration ${schedule}: ${why}`)];
}

function validateTimeZone(zone: string, at: FieldPath): FieldError[] {
  if (zone === "") return [invalid(at, zone, "timeZone must be nil or non-empty string")];
  if (zone.toLowerCase() === "local")
    return [invalid(at, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")];
  // Zones are files: their names are known in their own case only.
  const isSpelled = zone.split("/").every((part) => /^[A-Z0-9]/.test(part) && !/^[A-Z]{5,}$/.test(part));
  if (!isSpelled) return [invalid(at, zone, `unknown time zone ${zone}`)];
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return [];
  } catch {
    return [invalid(at, zone, `unknown time zone ${zone}`)];
  }
}

function validatePolicy(policy: string | undefined, at: FieldPath): FieldError[] {
  if (!policy) return [required(at)];
  const policies: readonly string[] = batchv1.concurrencyPolicy.enum;
  return policies.includes(policy) ? [] : [notSupported(at, policy, policies)];
}

export function validateCronJobUpdate(object: batchv1.CronJob, _old: batchv1.CronJob): FieldError[] {
  return validateSpec(object.spec);
}
