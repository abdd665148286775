/** CronJob. */
import { objectReference } from "../../core/v1/references.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  boolean,
  enumeration,
  field,
  int32,
  int64,
  kind,
  list,
  message,
  partial,
  string,
  time,
} from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { jobSpec } from "./job.ts";

export const jobTemplateSpec = message("io.k8s.api.batch.v1.JobTemplateSpec", {
  metadata: field(1, partial(objectMeta), { always: true }),
  spec: field(2, jobSpec, { always: true }),
});
export interface JobTemplateSpec extends Infer<typeof jobTemplateSpec> {}

export const concurrencyPolicy = enumeration("Allow", "Forbid", "Replace");
export type ConcurrencyPolicy = Infer<typeof concurrencyPolicy>;

export const cronJobSpec = message("io.k8s.api.batch.v1.CronJobSpec", {
  schedule: field(1, string, { required: true }),
  startingDeadlineSeconds: field(2, int64, { pointer: true }),
  concurrencyPolicy: field(3, concurrencyPolicy),
  suspend: field(4, boolean, { pointer: true }),
  jobTemplate: field(5, jobTemplateSpec, { required: true }),
  successfulJobsHistoryLimit: field(6, int32, { pointer: true }),
  failedJobsHistoryLimit: field(7, int32, { pointer: true }),
  timeZone: field(8, string, { pointer: true }),
});
export interface CronJobSpec extends Infer<typeof cronJobSpec> {}

export const cronJobStatus = message("io.k8s.api.batch.v1.CronJobStatus", {
  active: field(1, list(objectReference, { listType: "atomic" })),
  lastScheduleTime: field(4, time),
  lastSuccessfulTime: field(5, time),
});
export interface CronJobStatus extends Infer<typeof cronJobStatus> {}

export const cronJob = kind("io.k8s.api.batch.v1.CronJob", "batch/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, cronJobSpec, { required: true }),
  status: field(3, cronJobStatus, { always: true }),
});
export interface CronJob extends Infer<typeof cronJob> {}

export const cronJobList = listKind("io.k8s.api.batch.v1.CronJobList", cronJob);
export interface CronJobList extends Infer<typeof cronJobList> {}
