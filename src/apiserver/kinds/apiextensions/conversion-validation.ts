import type { apiextensionsv1 } from "../../../api/mod.ts";
import type { WebhookClientConfig } from "../../../client/mod.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { validateClientConfig, validateReviewVersions } from "../../validation/webhook-client.ts";

type Conversion = apiextensionsv1.CustomResourceConversion;

/** The fields are told of where the first version of definitions had them. */
export function validateConversion(conversion: Conversion | undefined, at: FieldPath): FieldError[] {
  if (!conversion) return [];
  return conversion.strategy === "Webhook" ? validateWebhook(conversion, at) : validateOther(conversion, at);
}

function validateOther({ strategy, webhook }: Conversion, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const only = "should not be set when strategy is not set to Webhook";
  if (!strategy) errors.push(required(at.child("strategy")));
  else if (strategy !== "None") errors.push(notSupported(at.child("strategy"), strategy, ["None", "Webhook"]));
  if (webhook?.clientConfig) errors.push(forbidden(at.child("webhookClientConfig"), only));
  if (webhook?.conversionReviewVersions?.length) errors.push(forbidden(at.child("conversionReviewVersions"), only));
  return errors;
}

function validateWebhook({ webhook }: Conversion, at: FieldPath): FieldError[] {
  const { clientConfig, conversionReviewVersions: versions = [] } = webhook ?? {};
  const where = at.child("webhookClientConfig");
  const errors = clientConfig
    ? validateClient(clientConfig as WebhookClientConfig, where)
    : [required(where, "required when strategy is set to Webhook")];
  const reviews = at.child("conversionReviewVersions");
  if (versions.length === 0) return [...errors, required(reviews)];
  return [...errors, ...validateReviewVersions(versions, reviews)];
}

function validateClient(client: WebhookClientConfig, at: FieldPath): FieldError[] {
  const errors = validateClientConfig(client, at);
  const { caBundle } = client;
  if (!caBundle || Buffer.from(caBundle, "base64").includes("-----BEGIN CERTIFICATE-----")) return errors;
  const why = "unable to load root certificates: unable to parse bytes as PEM block";
  return [...errors, invalid(at.child("caBundle"), caBundle, why)];
}
