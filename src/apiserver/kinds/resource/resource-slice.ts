import { formatTime, resources, type resourcev1 } from "../../../api/mod.ts";
import type { RequestContext, Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateResourceSlice, validateResourceSliceUpdate } from "./resource-slice-validation.ts";

const docs = "io.k8s.api.resource.v1.ResourceSliceSpec";

export const resourceSlice: Strategy<resourcev1.ResourceSlice> = {
  resource: resources.resourceslices,
  bumpsGeneration: true,
  returnsDeletedObject: true,
  columns: [
    nameColumn,
    text("Node", ({ spec }) => spec.nodeName ?? (spec.allNodes ? "<all>" : "<some>"), {
      describedBy: `${docs}.nodeName`,
    }),
    text("Driver", ({ spec }) => spec.driver, { describedBy: `${docs}.driver` }),
    text("Pool", ({ spec }) => spec.pool.name, { describedBy: "io.k8s.api.resource.v1.ResourcePool.name" }),
    ageColumn,
  ],
  selectableFields: {
    "spec.nodeName": (object) => object.spec.nodeName ?? "",
    "spec.driver": (object) => object.spec.driver,
  },
  prepareForCreate: stampTaints,
  prepareForUpdate(object, old, context) {
    if (object.spec !== old.spec) stampTaints(object, context);
  },
  validate: validateResourceSlice,
  validateUpdate: validateResourceSliceUpdate,
};

/** A taint tells since when it is there. */
function stampTaints({ spec }: resourcev1.ResourceSlice, { now }: RequestContext): void {
  const time = formatTime(now);
  for (const { taints } of spec.devices ?? []) for (const taint of taints ?? []) taint.timeAdded ??= time;
}
