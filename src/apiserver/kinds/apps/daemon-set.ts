import { isDeepStrictEqual } from "node:util";
import { type appsv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, integer, labelsText, nameColumn, selectorText, templateColumns, text, wide } from "../columns.ts";
import { templateWarnings } from "../workload-warnings.ts";
import { validateDaemonSet, validateDaemonSetUpdate } from "./daemon-set-validation.ts";

const docs = "io.k8s.api.apps.v1.DaemonSetStatus";
const nothingScheduled = {
  currentNumberScheduled: 0,
  desiredNumberScheduled: 0,
  numberMisscheduled: 0,
  numberReady: 0,
};

export const daemonSet: Strategy<appsv1.DaemonSet> = {
  resource: resources.daemonsets,
  hasStatus: true,
  bumpsGeneration: true,
  columns: [
    nameColumn,
    integer("Desired", ({ status }) => status?.desiredNumberScheduled ?? 0, {
      describedBy: `${docs}.desiredNumberScheduled`,
    }),
    integer("Current", ({ status }) => status?.currentNumberScheduled ?? 0, {
      describedBy: `${docs}.currentNumberScheduled`,
    }),
    integer("Ready", ({ status }) => status?.numberReady ?? 0, { describedBy: `${docs}.numberReady` }),
    integer("Up-to-date", ({ status }) => status?.updatedNumberScheduled ?? 0, {
      describedBy: `${docs}.updatedNumberScheduled`,
    }),
    integer("Available", ({ status }) => status?.numberAvailable ?? 0, { describedBy: `${docs}.numberAvailable` }),
    text("Node Selector", ({ spec }) => labelsText(spec.template.spec?.nodeSelector), {
      describedBy: "io.k8s.api.core.v1.PodSpec.nodeSelector",
    }),
    ageColumn,
    ...templateColumns<appsv1.DaemonSet>((object) => object.spec.template.spec),
    wide(
      text("Selector", (object) => selectorText(object.spec.selector), {
        describedBy: "io.k8s.api.apps.v1.DaemonSetSpec.selector",
      }),
    ),
  ],
  prepareForCreate(object) {
    object.status = { ...nothingScheduled };
    countTemplateGeneration(object);
  },
  prepareForUpdate: countTemplateGeneration,
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  // Upstream goes by the count of templates here, by the generation in all others.
  warnings: (object, _context, old) =>
    old && templateCount(object) === templateCount(old)
      ? []
      : templateWarnings(object.spec.template, "spec.template", object),
};

const templateGeneration = "deprecated.daemonset.template.generation";

/** An annotation that old clients read: how often the template has changed. */
function countTemplateGeneration(object: appsv1.DaemonSet, old?: unknown): void {
  const before = isDaemonSet(old) ? old : undefined;
  const last = before && templateCount(before);
  let count = Number(last ?? 0);
  if (before && !isDeepStrictEqual(before.spec.template, object.spec.template)) count++;
  if (!before) count = 1;
  else if (last === undefined && count === 0) return;
  object.metadata.annotations = { ...object.metadata.annotations, [templateGeneration]: String(count) };
}

function templateCount({ metadata }: appsv1.DaemonSet): string | undefined {
  return metadata.annotations?.[templateGeneration];
}

function isDaemonSet(value: unknown): value is appsv1.DaemonSet {
  return typeof value === "object" && value !== null && "spec" in value;
}
