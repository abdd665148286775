/** PriorityLevelConfiguration. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, int32, kind, list, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const exemptPriorityLevelConfiguration = message("io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration", {
  nominalConcurrencyShares: field(1, int32, { pointer: true }),
  lendablePercent: field(2, int32, { pointer: true }),
});
export interface ExemptPriorityLevelConfiguration extends Infer<typeof exemptPriorityLevelConfiguration> {}

export const queuingConfiguration = message("io.k8s.api.flowcontrol.v1.QueuingConfiguration", {
  queues: field(1, int32, { always: true, default: 0 }),
  handSize: field(2, int32, { always: true, default: 0 }),
  queueLengthLimit: field(3, int32, { always: true, default: 0 }),
});
export interface QueuingConfiguration extends Infer<typeof queuingConfiguration> {}

export const limitResponse = message(
  "io.k8s.api.flowcontrol.v1.LimitResponse",
  {
    type: field(1, string, { required: true }),
    queuing: field(2, queuingConfiguration),
  },
  { unions: [{ discriminator: "type", fields: { queuing: "Queuing" } }] },
);
export interface LimitResponse extends Infer<typeof limitResponse> {}

export const limitedPriorityLevelConfiguration = message(
  "io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration",
  {
    nominalConcurrencyShares: field(1, int32, { always: true, pointer: true }),
    limitResponse: field(2, limitResponse, { always: true }),
    lendablePercent: field(3, int32, { pointer: true }),
    borrowingLimitPercent: field(4, int32, { pointer: true }),
  },
);
export interface LimitedPriorityLevelConfiguration extends Infer<typeof limitedPriorityLevelConfiguration> {}

export const priorityLevelConfigurationSpec = message(
  "io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec",
  {
    type: field(1, string, { required: true }),
    limited: field(2, limitedPriorityLevelConfiguration),
    exempt: field(3, exemptPriorityLevelConfiguration),
  },
  { unions: [{ discriminator: "type", fields: { exempt: "Exempt", limited: "Limited" } }] },
);
export interface PriorityLevelConfigurationSpec extends Infer<typeof priorityLevelConfigurationSpec> {}

export const priorityLevelConfigurationCondition = message(
  "io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition",
  {
    type: field(1, string),
    status: field(2, string),
    lastTransitionTime: field(3, time, { always: true }),
    reason: field(4, string),
    message: field(5, string),
  },
);
export interface PriorityLevelConfigurationCondition extends Infer<typeof priorityLevelConfigurationCondition> {}

export const priorityLevelConfigurationStatus = message("io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus", {
  conditions: field(1, list(priorityLevelConfigurationCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
});
export interface PriorityLevelConfigurationStatus extends Infer<typeof priorityLevelConfigurationStatus> {}

export const priorityLevelConfiguration = kind(
  "io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration",
  "flowcontrol.apiserver.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    spec: field(2, priorityLevelConfigurationSpec, { always: true }),
    status: field(3, priorityLevelConfigurationStatus, { always: true }),
  },
);
export interface PriorityLevelConfiguration extends Infer<typeof priorityLevelConfiguration> {}

export const priorityLevelConfigurationList = listKind(
  "io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationList",
  priorityLevelConfiguration,
);
export interface PriorityLevelConfigurationList extends Infer<typeof priorityLevelConfigurationList> {}
