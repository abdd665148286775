import { resources, type storagev1 } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";

export const csiStorageCapacity: Strategy<storagev1.CSIStorageCapacity> = {
  resource: resources.csistoragecapacities,
  allowUnconditionalUpdate: false,
};
