import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateResourceQuota, validateResourceQuotaUpdate } from "./resource-quota-validation.ts";

export const resourceQuota: Strategy<corev1.ResourceQuota> = {
  resource: resources.resourcequotas,
  hasStatus: true,
  returnsDeletedObject: true,
  columns: [
    nameColumn,
    text("Request", (object) => usageText(object, (name) => !isLimit(name)), {
      description: "Request represents a minimum amount of cpu/memory that a container may consume.",
    }),
    text("Limit", (object) => usageText(object, isLimit), {
      description:
        "Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.",
    }),
    ageColumn,
  ],
  validate: validateResourceQuota,
  validateUpdate: validateResourceQuotaUpdate,
};

function isLimit(name: string): boolean {
  return name.startsWith("limits");
}

/** `pods: 1/3, requests.cpu: 0/1`: used of allowed. */
function usageText({ status }: corev1.ResourceQuota, wanted: (name: string) => boolean): string {
  return Object.keys(status?.hard ?? {})
    .filter(wanted)
    .sort()
    .map((name) => `${name}: ${status?.used?.[name] ?? "0"}/${status?.hard?.[name]}`)
    .join(", ");
}
