import { resources, type storagev1 } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateVolumeAttributesClass, validateVolumeAttributesClassUpdate } from "./storage-class-validation.ts";

export const volumeAttributesClass: Strategy<storagev1.VolumeAttributesClass> = {
  resource: resources.volumeattributesclasses,
  returnsDeletedObject: true,
  columns: [
    nameColumn,
    text("DriverName", (object) => object.driverName, {
      describedBy: "io.k8s.api.storage.v1.VolumeAttributesClass.driverName",
    }),
    ageColumn,
  ],
  validate: validateVolumeAttributesClass,
  validateUpdate: validateVolumeAttributesClassUpdate,
};
