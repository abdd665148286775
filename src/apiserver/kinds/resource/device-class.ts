import { resources, type resourcev1 } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn } from "../columns.ts";
import { validateDeviceClass } from "./device-class-validation.ts";

export const deviceClass: Strategy<resourcev1.DeviceClass> = {
  resource: resources.deviceclasses,
  bumpsGeneration: true,
  returnsDeletedObject: true,
  columns: [nameColumn, ageColumn],
  validate: validateDeviceClass,
  validateUpdate: validateDeviceClass,
};
