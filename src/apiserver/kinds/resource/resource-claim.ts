import { resources, type resourcev1 } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import {
  validateClaim,
  validateClaimTemplate,
  validateClaimTemplateUpdate,
  validateClaimUpdate,
} from "./claim-validation.ts";

export const resourceClaim: Strategy<resourcev1.ResourceClaim> = {
  resource: resources.resourceclaims,
  hasStatus: true,
  returnsDeletedObject: true,
  columns: [nameColumn, text("State", stateText), ageColumn],
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
};

export const resourceClaimTemplate: Strategy<resourcev1.ResourceClaimTemplate> = {
  resource: resources.resourceclaimtemplates,
  returnsDeletedObject: true,
  columns: [nameColumn, ageColumn],
  validate: validateClaimTemplate,
  validateUpdate: validateClaimTemplateUpdate,
};

function stateText({ metadata, status }: resourcev1.ResourceClaim): string {
  const words: string[] = [];
  if (metadata.deletionTimestamp) words.push("deleted");
  if (!status?.allocation) {
    if (!metadata.deletionTimestamp) words.push("pending");
  } else words.push("allocated");
  if (status?.reservedFor?.length) words.push("reserved");
  return words.join(",");
}
