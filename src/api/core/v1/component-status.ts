/** ComponentStatus. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, kind, list, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const componentCondition = message("io.k8s.api.core.v1.ComponentCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  message: field(3, string),
  error: field(4, string),
});
export interface ComponentCondition extends Infer<typeof componentCondition> {}

export const componentStatus = kind("io.k8s.api.core.v1.ComponentStatus", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  conditions: field(2, list(componentCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
});
export interface ComponentStatus extends Infer<typeof componentStatus> {}

export const componentStatusList = listKind("io.k8s.api.core.v1.ComponentStatusList", componentStatus);
export interface ComponentStatusList extends Infer<typeof componentStatusList> {}
