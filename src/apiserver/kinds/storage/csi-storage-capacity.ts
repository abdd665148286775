import { resources, type storagev1 } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { validateCSIStorageCapacity, validateCSIStorageCapacityUpdate } from "./csi-validation.ts";

export const csiStorageCapacity: Strategy<storagev1.CSIStorageCapacity> = {
  resource: resources.csistoragecapacities,
  allowUnconditionalUpdate: false,
  validate: validateCSIStorageCapacity,
  validateUpdate: validateCSIStorageCapacityUpdate,
};
