import { type flowcontrolv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateFlowConditions, validateFlowSchema } from "./flow-schema-validation.ts";

const docs = "io.k8s.api.flowcontrol.v1";

export const flowSchema: Strategy<flowcontrolv1.FlowSchema> = {
  resource: resources.flowschemas,
  hasStatus: true,
  bumpsGeneration: true,
  columns: [
    nameColumn,
    text("PriorityLevel", ({ spec }) => spec?.priorityLevelConfiguration.name ?? "", {
      describedBy: `${docs}.PriorityLevelConfigurationReference.name`,
    }),
    text("MatchingPrecedence", ({ spec }) => spec?.matchingPrecedence ?? 0, {
      describedBy: `${docs}.FlowSchemaSpec.matchingPrecedence`,
    }),
    text("DistinguisherMethod", ({ spec }) => spec?.distinguisherMethod?.type ?? "<none>", {
      describedBy: `${docs}.FlowSchemaSpec.distinguisherMethod`,
    }),
    ageColumn,
    text("MissingPL", ({ status }) => status?.conditions?.find(({ type }) => type === "Dangling")?.status ?? "?", {
      description: "references a broken or non-existent PriorityLevelConfiguration",
    }),
  ],
  validate: validateFlowSchema,
  validateUpdate: (object, _, { subresource }) =>
    subresource ? validateFlowConditions(object.status?.conditions) : validateFlowSchema(object),
};
