import { type batchv1, humanDuration, isConditionTrue, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { field } from "../../validation/field-path.ts";
import { sameJson, validateLabels } from "../../validation/rules.ts";
import { ageColumn, nameColumn, selectorText, templateColumns, text, wide } from "../columns.ts";
import { hostNameWarnings, podNamesUse } from "../name-warnings.ts";
import { jobWarnings } from "../workload-warnings.ts";
import { generateSelector } from "./job-selector.ts";
import { validateJob, validateJobUpdate } from "./job-validation.ts";

const docs = "io.k8s.api.batch.v1";

export const job: Strategy<batchv1.Job> = {
  resource: resources.jobs,
  hasStatus: true,
  bumpsGeneration: true,
  // As in the first version of jobs, whose clients count on pods that outlive them.
  defaultPropagation: "Orphan",
  columns: [
    nameColumn,
    text("Status", statusText, { description: "Status of the job." }),
    text("Completions", completionsText, { describedBy: `${docs}.JobStatus.succeeded` }),
    text("Duration", durationText, { description: "Time required to complete the job." }),
    ageColumn,
    ...templateColumns<batchv1.Job>((object) => object.spec.template.spec),
    wide(text("Selector", (object) => selectorText(object.spec.selector), { describedBy: `${docs}.JobSpec.selector` })),
  ],
  selectableFields: { "status.successful": (object) => String(object.status?.succeeded ?? 0) },
  prepareForCreate(object) {
    // A job without labels of its own has those of its pods, the generated ones included.
    const { labels } = object.metadata;
    const shared = !labels || sameJson(labels, object.spec.template.metadata?.labels);
    if (object.spec.manualSelector !== true) generateSelector(object);
    const found = object.spec.template.metadata?.labels;
    // Wrong ones are told of once, where they stand first.
    if (shared && validateLabels(found, field("metadata", "labels")).length === 0)
      object.metadata.labels = { ...found };
  },
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  warnings: (object, _context, old) => [
    ...(old ? [] : hostNameWarnings(object.metadata.name, podNamesUse)),
    ...jobWarnings(object.spec, "spec", object, old),
  ],
};

function statusText(object: batchv1.Job): string {
  const has = (type: string) => isConditionTrue(object.status?.conditions, type);
  for (const type of ["Complete", "Failed"]) if (has(type)) return type;
  if (object.metadata.deletionTimestamp) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(has) ?? "Running";
}

function completionsText({ spec, status }: batchv1.Job): string {
  const done = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${done}/${spec.completions}`;
  return (spec.parallelism ?? 0) > 1 ? `${done}/1 of ${spec.parallelism}` : `${done}/1`;
}

function durationText({ status }: batchv1.Job, now: number): string {
  if (!status?.startTime) return "";
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return humanDuration(end - Date.parse(status.startTime));
}
