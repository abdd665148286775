/** Whether a policy or a binding is for a request, and in which form it sees the objects. */
import type { admissionregistrationv1 } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { matchesRules, matchingResource, type ResourceVersionName } from "../matching/rules.ts";
import { matchesSelectors, type NamespaceSource } from "../matching/selectors.ts";
import { requestedResource } from "../webhooks/versioned.ts";

type MatchResources = admissionregistrationv1.MatchResources;

/** Rejects with a `StatusError` where the namespace cannot be found. */
export async function selects(
  match: MatchResources | undefined,
  attributes: AdmissionAttributes,
  namespaces: NamespaceSource,
): Promise<ResourceVersionName | undefined> {
  const requested = requestedResource(attributes);
  if (!match) return requested;
  const subject = { ...attributes, resource: requested };
  const others = match.matchPolicy === "Exact" ? [] : (attributes.forms ?? []).map(({ resource }) => resource);
  const equivalents = match.matchPolicy === "Exact" ? [] : [attributes.resource, ...others];
  if ([subject, ...equivalents.map((resource) => ({ ...subject, resource }))].some(isExcluded(match))) return undefined;
  const rules = match.resourceRules ?? [];
  const resource = rules.length === 0 ? requested : matchingResource(rules, subject, equivalents);
  if (!resource || !(await matchesSelectors(match, attributes, namespaces))) return undefined;
  return resource;
}

function isExcluded(match: MatchResources) {
  return (subject: AdmissionAttributes) => matchesRules(match.excludeResourceRules, subject);
}
