/** Requests that no webhook and no policy sees, so that nobody locks everybody out, themselves included. */
import { allResources } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import type { ResourceVersionName } from "./rules.ts";

const configurations: ReadonlySet<string> = new Set([
  "mutatingadmissionpolicies",
  "mutatingadmissionpolicybindings",
  "mutatingwebhookconfigurations",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
  "validatingwebhookconfigurations",
]);

/** Webhooks and policies do not judge the objects that declare webhooks and policies. */
export function isAdmissionConfiguration({ resource }: Pick<AdmissionAttributes, "resource">): boolean {
  return resource.group === "admissionregistration.k8s.io" && configurations.has(resource.resource);
}

const reviewGroups: ReadonlySet<string> = new Set(["authentication.k8s.io", "authorization.k8s.io"]);

/** Policies, unlike webhooks, do not see reviews either. */
export function isReview({ resource }: Pick<AdmissionAttributes, "resource">): boolean {
  return reviewGroups.has(resource.group);
}

/** Groups that serve the same objects. */
const twins: Readonly<Record<string, string>> = { "/events": "events.k8s.io", "events.k8s.io/events": "" };

/** The other built-in resources that show the same objects: another version of the group, or Events in their two groups. */
export function equivalentResources({ group, version, resource }: ResourceVersionName): readonly ResourceVersionName[] {
  const twin = twins[`${group}/${resource}`];
  return allResources.filter(
    (other) =>
      other.resource === resource && (other.group === twin || (other.group === group && other.version !== version)),
  );
}
