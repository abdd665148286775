/** The request as expressions see it. */
import type { AdmissionAttributes } from "../contract.ts";
import type { ResourceVersionName } from "../matching/rules.ts";
import { userInfo } from "../matching/user-info.ts";
import { kindOf, requestedResource } from "../webhooks/versioned.ts";

function kindFacts(attributes: AdmissionAttributes, resource: AdmissionAttributes["resource"]) {
  const { group, version, kind } = kindOf(attributes, resource);
  return { group, version, kind };
}

/** What is empty is absent. `as`: the resource as the policy's rules know it, whose kind the objects are shown in. */
export function requestFacts(
  attributes: AdmissionAttributes,
  as: ResourceVersionName,
  shown: AdmissionAttributes["resource"],
): object {
  const { user, subresource, name, namespace, operation, dryRun } = attributes;
  const requested = requestedResource(attributes);
  const { group, version, resource } = requested;
  return {
    kind: kindFacts(attributes, shown),
    resource: { group: as.group, version: as.version, resource: as.resource },
    requestKind: kindFacts(attributes, requested),
    requestResource: { group, version, resource },
    ...(subresource && { subResource: subresource, requestSubResource: subresource }),
    ...(name && { name }),
    ...(namespace && { namespace }),
    operation,
    userInfo: userInfo(user),
    dryRun,
    options: attributes.options?.() ?? null,
  };
}
