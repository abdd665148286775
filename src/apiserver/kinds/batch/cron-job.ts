import { age, type batchv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, selectorText, templateColumns, text, wide } from "../columns.ts";
import { hostNameWarnings, podNamesUse } from "../name-warnings.ts";
import { jobWarnings } from "../workload-warnings.ts";
import { validateCronJob, validateCronJobUpdate } from "./cron-job-validation.ts";

const docs = "io.k8s.api.batch.v1";

export const cronJob: Strategy<batchv1.CronJob> = {
  resource: resources.cronjobs,
  hasStatus: true,
  bumpsGeneration: true,
  columns: [
    nameColumn,
    text("Schedule", (object) => object.spec.schedule, { describedBy: `${docs}.CronJobSpec.schedule` }),
    text("Timezone", (object) => object.spec.timeZone ?? "<none>", { describedBy: `${docs}.CronJobSpec.timeZone` }),
    { name: "Suspend", type: "boolean", describedBy: `${docs}.CronJobSpec.suspend`, value: suspendText },
    { name: "Active", type: "integer", describedBy: `${docs}.CronJobStatus.active`, value: activeCount },
    text("Last Schedule", lastScheduleText, { describedBy: `${docs}.CronJobStatus.lastScheduleTime` }),
    ageColumn,
    ...templateColumns<batchv1.CronJob>((object) => object.spec.jobTemplate.spec?.template.spec),
    wide(
      text("Selector", (object) => selectorText(object.spec.jobTemplate.spec?.selector), {
        describedBy: `${docs}.JobSpec.selector`,
      }),
    ),
  ],
  validate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
  warnings: (object, _context, old) => [
    ...(old ? [] : hostNameWarnings(object.metadata.name, podNamesUse)),
    ...jobWarnings(object.spec.jobTemplate.spec, "spec.jobTemplate.spec", object, old),
  ],
};

function suspendText({ spec }: batchv1.CronJob): string {
  return spec.suspend === undefined ? "<unset>" : spec.suspend ? "True" : "False";
}

function activeCount({ status }: batchv1.CronJob): number {
  return status?.active?.length ?? 0;
}

function lastScheduleText({ status }: batchv1.CronJob, now: number): string {
  return status?.lastScheduleTime ? age(status.lastScheduleTime, now) : "<none>";
}
