import { type admissionregistrationv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, integer, nameColumn } from "../columns.ts";
import { validateWebhooks } from "./webhook-validation.ts";

const description = "Webhooks indicates the number of webhooks registered in this configuration";

export const mutatingWebhookConfiguration: Strategy<admissionregistrationv1.MutatingWebhookConfiguration> = {
  resource: resources.mutatingwebhookconfigurations,
  bumpsGeneration: true,
  allowUnconditionalUpdate: false,
  columns: [nameColumn, integer("Webhooks", (object) => object.webhooks?.length ?? 0, { description }), ageColumn],
  validate: (object) => validateWebhooks(object.webhooks),
  validateUpdate: (object) => validateWebhooks(object.webhooks),
};

export const validatingWebhookConfiguration: Strategy<admissionregistrationv1.ValidatingWebhookConfiguration> = {
  resource: resources.validatingwebhookconfigurations,
  bumpsGeneration: true,
  allowUnconditionalUpdate: false,
  columns: [nameColumn, integer("Webhooks", (object) => object.webhooks?.length ?? 0, { description }), ageColumn],
  validate: (object) => validateWebhooks(object.webhooks),
  validateUpdate: (object) => validateWebhooks(object.webhooks),
};
