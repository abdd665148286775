/** Requests that no webhook and no policy sees, so that nobody locks everybody out, themselves included. */
import type { AdmissionAttributes } from "../contract.ts";

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

/** True for requests that policies never see. */
export function isExempt(attributes: AdmissionAttributes): boolean {
  return isAdmissionConfiguration(attributes) || isReview(attributes);
}
