import { resources, type storagev1 } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text, truth } from "../columns.ts";
import { unset } from "../core/volume-text.ts";
import { csiDriverWarnings, validateCSIDriver, validateCSIDriverUpdate } from "./csi-validation.ts";

const docs = "io.k8s.api.storage.v1.CSIDriverSpec";

export const csiDriver: Strategy<storagev1.CSIDriver> = {
  resource: resources.csidrivers,
  returnsDeletedObject: true,
  allowUnconditionalUpdate: false,
  columns: [
    nameColumn,
    truth("AttachRequired", ({ spec }) => spec.attachRequired ?? true, { describedBy: `${docs}.attachRequired` }),
    truth("PodInfoOnMount", ({ spec }) => spec.podInfoOnMount ?? false, { describedBy: `${docs}.podInfoOnMount` }),
    truth("StorageCapacity", ({ spec }) => spec.storageCapacity ?? false, { describedBy: `${docs}.storageCapacity` }),
    text("TokenRequests", ({ spec }) => (spec.tokenRequests ?? []).map(({ audience }) => audience).join(",") || unset, {
      describedBy: `${docs}.tokenRequests`,
    }),
    truth("RequiresRepublish", ({ spec }) => spec.requiresRepublish ?? false, {
      describedBy: `${docs}.requiresRepublish`,
    }),
    text("Modes", ({ spec }) => (spec.volumeLifecycleModes ?? []).join(",") || "<none>", {
      describedBy: `${docs}.volumeLifecycleModes`,
    }),
    ageColumn,
  ],
  validate: validateCSIDriver,
  validateUpdate: validateCSIDriverUpdate,
  warnings: csiDriverWarnings,
};
