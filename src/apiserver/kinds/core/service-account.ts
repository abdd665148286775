import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn } from "../columns.ts";

export const serviceAccount: Strategy<corev1.ServiceAccount> = {
  resource: resources.serviceaccounts,
  returnsDeletedObject: true,
  columns: [nameColumn, ageColumn],
};
