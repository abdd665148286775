/** Whether a webhook is to be asked about a request, and in which form it wants to see it. */
import type { AdmissionAttributes } from "../contract.ts";
import { matchingResource, type ResourceVersionName } from "../matching/rules.ts";
import { matchesNamespaceSelector, matchesObjectSelector, type NamespaceSource } from "../matching/selectors.ts";
import type { Hook } from "./hooks.ts";
import { type EvaluateConditions, meetsConditions } from "./match-conditions.ts";
import { requestedResource, type VersionedRequest } from "./versioned.ts";

export interface HookMatcherOptions {
  readonly namespaces: NamespaceSource;
  readonly evaluate: EvaluateConditions;
}

/** The other forms that the rules may name, where the webhook wants to be asked about those too. */
function equivalents({ webhook }: Hook, { forms = [], resource }: AdmissionAttributes): readonly ResourceVersionName[] {
  if (webhook.matchPolicy === "Exact") return [];
  return [resource, ...forms.map((form) => form.resource)];
}

/**
 * The resource as the webhook's rules know it; nothing where it is not to be asked. Rejects with a `StatusError` where that cannot be told
 * and the webhook fails closed.
 */
export async function invocationOf(
  hook: Hook,
  attributes: AdmissionAttributes,
  request: VersionedRequest,
  { namespaces, evaluate }: HookMatcherOptions,
): Promise<ResourceVersionName | undefined> {
  const { webhook } = hook;
  const subject = { ...attributes, resource: requestedResource(attributes) };
  const resource = matchingResource(webhook.rules, subject, equivalents(hook, attributes));
  if (!resource || !matchesObjectSelector(webhook.objectSelector, attributes)) return undefined;
  if (!(await matchesNamespaceSelector(webhook.namespaceSelector, attributes, namespaces))) return undefined;
  if (!webhook.matchConditions?.length) return resource;
  const [object, oldObject] = await Promise.all([
    request.show(attributes.object, resource),
    request.show(attributes.oldObject, resource),
  ]);
  const asked = { ...attributes, ...(object && { object }), ...(oldObject && { oldObject }) };
  return (await meetsConditions(evaluate, hook, asked)) ? resource : undefined;
}
