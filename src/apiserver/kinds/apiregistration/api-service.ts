import { type apiregistrationv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { pathSegmentName } from "../rbac/rbac-validation.ts";
import { validateAPIService, validateAPIServiceUpdate } from "./api-service-validation.ts";

export const apiService: Strategy<apiregistrationv1.APIService> = {
  resource: resources.apiservices,
  hasStatus: true,
  allowUnconditionalUpdate: false,
  columns: [
    nameColumn,
    text("Service", serviceText, { description: "The reference to the service that hosts this API endpoint." }),
    text("Available", availableText, { description: "Whether this service is available." }),
    ageColumn,
  ],
  validateName: pathSegmentName,
  prepareForCreate(object) {
    // What this server serves itself needs nobody to find it available.
    if (!object.spec?.service)
      object.status = {
        conditions: [
          {
            type: "Available",
            status: "True",
            reason: "Local",
            message: "Local APIServices are always available",
            lastTransitionTime: object.metadata.creationTimestamp,
          },
        ],
      };
  },
  validate: validateAPIService,
  validateUpdate: validateAPIServiceUpdate,
};

function serviceText({ spec }: apiregistrationv1.APIService): string {
  return spec?.service ? `${spec.service.namespace}/${spec.service.name}` : "Local";
}

function availableText({ status }: apiregistrationv1.APIService): string {
  const condition = status?.conditions?.find(({ type }) => type === "Available");
  if (!condition) return "Unknown";
  return condition.status === "True" ? "True" : `${condition.status} (${condition.reason ?? ""})`;
}
