/** Role-based access: a request is allowed where a role that is bound to its user or to one of its groups has a rule for it. */
import type { rbacv1 } from "../../api/mod.ts";
import type { AuthorizationAttributes, Authorizer, Decision, User } from "../contract.ts";
import { ruleAllows, ruleAllowsPath } from "./policy-rule.ts";
import type { Grant, RbacIndex } from "./rbac-index.ts";
import type { ResolvedRules, RuleResolver } from "./rule-resolver.ts";

function describeSubject({ kind, name, namespace }: rbacv1.Subject): string {
  return `${kind} ${JSON.stringify(kind === "ServiceAccount" ? `${name}/${namespace}` : name)}`;
}

function describeGrant({ binding, subject }: Grant): string {
  const { name, namespace } = binding.metadata;
  const own = namespace
    ? `RoleBinding ${JSON.stringify(`${name}/${namespace}`)}`
    : `ClusterRoleBinding ${JSON.stringify(name)}`;
  const { kind, name: role } = binding.roleRef;
  return `RBAC: allowed by ${own} of ${kind} ${JSON.stringify(role)} to ${describeSubject(subject)}`;
}

function missingRole({ kind, name }: rbacv1.RoleRef): string {
  return `${kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`;
}

function joined(problems: ReadonlySet<string>): string {
  const list = [...problems];
  return list.length === 1 ? list[0]! : `[${list.join(", ")}]`;
}

function allows(rule: rbacv1.PolicyRule, attributes: AuthorizationAttributes): boolean {
  const { verb, resource, path } = attributes;
  return resource ? ruleAllows(rule, verb, resource) : ruleAllowsPath(rule, verb, path ?? "");
}

export class RbacAuthorizer implements Authorizer, RuleResolver {
  readonly #index: RbacIndex;

  constructor(index: RbacIndex) {
    this.#index = index;
  }

  authorize(attributes: AuthorizationAttributes): Decision {
    const problems = new Set<string>();
    for (const { grant, rules } of this.#index.grantedTo(attributes.user, attributes.resource?.namespace ?? "")) {
      if (rules === undefined) problems.add(missingRole(grant.binding.roleRef));
      else if (rules.some((rule) => allows(rule, attributes))) {
        return { decision: "allow", reason: describeGrant(grant) };
      }
    }
    if (problems.size === 0) return { decision: "no-opinion" };
    return { decision: "no-opinion", reason: `RBAC: ${joined(problems)}` };
  }

  rulesFor(user: User, namespace: string): ResolvedRules {
    const problems = new Set<string>();
    const found: rbacv1.PolicyRule[] = [];
    for (const { grant, rules } of this.#index.grantedTo(user, namespace)) {
      if (rules === undefined) problems.add(missingRole(grant.binding.roleRef));
      else found.push(...rules);
    }
    return { rules: found, incomplete: false, ...(problems.size > 0 && { evaluationError: joined(problems) }) };
  }
}
