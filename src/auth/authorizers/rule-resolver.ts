import type { authorizationv1, rbacv1 } from "../../api/mod.ts";
import type { User } from "../contract.ts";

export interface ResolvedRules {
  readonly rules: readonly rbacv1.PolicyRule[];
  /** There may be more that could not be told. */
  readonly incomplete: boolean;
  readonly evaluationError?: string;
}

/** Says beforehand what a user may do in a namespace. */
export interface RuleResolver {
  rulesFor(user: User, namespace: string): ResolvedRules;
}

/** The answer to a SelfSubjectRulesReview. */
export function rulesReviewStatus(resolved: ResolvedRules): authorizationv1.SubjectRulesReviewStatus {
  const ofResources = resolved.rules.filter((rule) => rule.resources?.length);
  const ofPaths = resolved.rules.filter((rule) => rule.nonResourceURLs?.length);
  return {
    resourceRules: ofResources.map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs: [...verbs],
      apiGroups: [...(apiGroups ?? [])],
      resources: [...(resources ?? [])],
      ...(resourceNames?.length && { resourceNames: [...resourceNames] }),
    })),
    nonResourceRules: ofPaths.map(({ verbs, nonResourceURLs }) => ({
      verbs: [...verbs],
      nonResourceURLs: [...(nonResourceURLs ?? [])],
    })),
    incomplete: resolved.incomplete,
    ...(resolved.evaluationError && { evaluationError: resolved.evaluationError }),
  };
}
