/** Match conditions of webhooks, in the form in which webhooks ask for them. */
import type { Authorizer } from "../../auth/mod.ts";
import type { EvaluateConditions } from "../webhooks/match-conditions.ts";
import { kindOf, requestedResource } from "../webhooks/versioned.ts";
import { activation } from "./activation.ts";
import { Authorizations, settle } from "./authorization.ts";
import { type CompiledCondition, compileConditions, conditionsHold } from "./conditions.ts";
import { webhookEnvironment } from "./environment.ts";
import { requestFacts } from "./request-facts.ts";

export function webhookConditions(authorizer: Authorizer): EvaluateConditions {
  /** Configurations come frozen from informers. */
  const compiled = new WeakMap<object, readonly CompiledCondition[]>();
  return (conditions, attributes) => {
    if (conditions.length === 0) return true;
    const ready = compiled.get(conditions) ?? compileConditions(conditions, webhookEnvironment);
    compiled.set(conditions, ready);
    const { object, oldObject } = attributes;
    const shown = object ?? oldObject;
    const as = shown ? formOf(attributes, shown.apiVersion) : attributes.resource;
    const request = requestFacts(attributes, as, as);
    const authorizations = new Authorizations(attributes.user, authorizer);
    const variables = activation({ object, oldObject, request, namespace: undefined }, attributes, authorizations);
    return settle(() => conditionsHold(ready, variables));
  };
}

/** The resource in whose version the webhook sees the object. */
function formOf(attributes: Parameters<EvaluateConditions>[1], apiVersion: string) {
  const forms = [attributes.resource, ...(attributes.forms ?? []).map(({ resource }) => resource)];
  const own = kindOf(attributes, attributes.resource);
  if (own !== attributes.resource) return attributes.resource;
  return forms.find((form) => form.apiVersion === apiVersion) ?? requestedResource(attributes);
}
