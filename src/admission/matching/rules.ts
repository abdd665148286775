/** Which requests a webhook or a policy is for: operations, resources, scope and names. */
import type { admissionregistrationv1 } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";

/** A rule of a webhook, or of a policy, which may name objects too. */
export type MatchRule = admissionregistrationv1.RuleWithOperations & { readonly resourceNames?: readonly string[] };

/** What of a request the rules look at. `AdmissionAttributes` are one. */
export interface RuleSubject extends Pick<AdmissionAttributes, "operation" | "subresource" | "namespace" | "name"> {
  readonly resource: Pick<AdmissionAttributes["resource"], "group" | "version" | "resource" | "namespaced">;
}

export interface ResourceVersionName {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

function has(values: readonly string[] | undefined, wanted: string): boolean {
  return values?.some((value) => value === "*" || value === wanted) ?? false;
}

/** Patterns are `pods`, `pods/status`, `pods/*`, or any of them with a star for `pods`. Without a subresource it is for none. */
function resourceMatches(pattern: string, resource: string, subresource: string): boolean {
  if (pattern === "*/*") return true;
  const slash = pattern.indexOf("/");
  const wantedResource = slash < 0 ? pattern : pattern.slice(0, slash);
  const wantedSubresource = slash < 0 ? "" : pattern.slice(slash + 1);
  if (wantedResource !== "*" && wantedResource !== resource) return false;
  return wantedSubresource === "*" || wantedSubresource === subresource;
}

/** A Namespace object counts as cluster-scoped. */
function scopeMatches(scope: string | undefined, { resource }: RuleSubject): boolean {
  if (scope === undefined || scope === "" || scope === "*") return true;
  return scope === (resource.namespaced ? "Namespaced" : "Cluster");
}

function nameMatches(names: readonly string[] | undefined, name: string | undefined): boolean {
  return !names || names.length === 0 || names.includes(name ?? "");
}

function matchesAs(rule: MatchRule, subject: RuleSubject, as: ResourceVersionName): boolean {
  return (
    has(rule.operations, subject.operation) &&
    has(rule.apiGroups, as.group) &&
    has(rule.apiVersions, as.version) &&
    (rule.resources ?? []).some((pattern) => resourceMatches(pattern, as.resource, subject.subresource ?? "")) &&
    scopeMatches(rule.scope, subject) &&
    nameMatches(rule.resourceNames, subject.name)
  );
}

/** True where one of the rules names the request exactly as it was made. */
export function matchesRules(rules: readonly MatchRule[] | undefined, subject: RuleSubject): boolean {
  return rules?.some((rule) => matchesAs(rule, subject, subject.resource)) ?? false;
}

/**
 * The resource as the rules know it: the request's own where a rule names that, or, with the match policy `Equivalent`, the first of
 * `equivalents` (the same objects in other groups or versions) that one names. Nothing where no rule is for the request.
 */
export function matchingResource(
  rules: readonly MatchRule[] | undefined,
  subject: RuleSubject,
  equivalents: readonly ResourceVersionName[] = [],
): ResourceVersionName | undefined {
  if (matchesRules(rules, subject)) return subject.resource;
  for (const rule of rules ?? []) {
    const found = equivalents.find((as) => matchesAs(rule, subject, as));
    if (found) return found;
  }
  return undefined;
}
