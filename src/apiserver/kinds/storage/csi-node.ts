import { resources, type storagev1 } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, integer, nameColumn } from "../columns.ts";
import { validateCSINode, validateCSINodeUpdate } from "./csi-validation.ts";

export const csiNode: Strategy<storagev1.CSINode> = {
  resource: resources.csinodes,
  returnsDeletedObject: true,
  allowUnconditionalUpdate: false,
  columns: [
    nameColumn,
    integer("Drivers", (object) => object.spec.drivers?.length ?? 0, {
      description: "Drivers indicates the number of CSI drivers registered on the node",
    }),
    ageColumn,
  ],
  validate: validateCSINode,
  validateUpdate: validateCSINodeUpdate,
};
