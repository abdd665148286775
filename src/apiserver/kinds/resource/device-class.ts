import { resources, type resourcev1 } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn } from "../columns.ts";

export const deviceClass: Strategy<resourcev1.DeviceClass> = {
  resource: resources.deviceclasses,
  bumpsGeneration: true,
  returnsDeletedObject: true,
  columns: [nameColumn, ageColumn],
};
