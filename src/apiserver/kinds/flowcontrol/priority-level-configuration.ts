import { type flowcontrolv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateFlowConditions } from "./flow-schema-validation.ts";
import { validatePriorityLevel } from "./priority-level-validation.ts";

const docs = "io.k8s.api.flowcontrol.v1";
const none = "<none>";

type PriorityLevel = flowcontrolv1.PriorityLevelConfiguration;

export const priorityLevelConfiguration: Strategy<PriorityLevel> = {
  resource: resources.prioritylevelconfigurations,
  hasStatus: true,
  bumpsGeneration: true,
  columns: [
    nameColumn,
    text("Type", ({ spec }) => spec?.type ?? "", { describedBy: `${docs}.PriorityLevelConfigurationSpec.type` }),
    text("NominalConcurrencyShares", ({ spec }) => (spec?.limited ?? spec?.exempt)?.nominalConcurrencyShares ?? none, {
      describedBy: `${docs}.LimitedPriorityLevelConfiguration.nominalConcurrencyShares`,
    }),
    queueColumn("Queues", "queues"),
    queueColumn("HandSize", "handSize"),
    queueColumn("QueueLengthLimit", "queueLengthLimit"),
    ageColumn,
  ],
  validate: validatePriorityLevel,
  validateUpdate: (object, _, { subresource }) =>
    subresource ? validateFlowConditions(object.status?.conditions) : validatePriorityLevel(object),
};

function queueColumn(name: string, key: keyof flowcontrolv1.QueuingConfiguration) {
  return text<PriorityLevel>(name, ({ spec }) => spec?.limited?.limitResponse?.queuing?.[key] ?? none, {
    describedBy: `${docs}.QueuingConfiguration.${key}`,
  });
}
