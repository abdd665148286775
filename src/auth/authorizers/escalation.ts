/** Nobody grants by roles and bindings what they do not have themselves, unless they may `escalate` or `bind`. */
import type { rbacv1 } from "../../api/mod.ts";
import type { AuthorizationAttributes, Authorizer, User } from "../contract.ts";
import { Group } from "../users.ts";
import { describeRule, uncovered } from "./policy-rule.ts";
import type { RuleResolver } from "./rule-resolver.ts";

export interface GrantAttempt {
  readonly user: User;
  /** `""` for cluster roles and their bindings. */
  readonly namespace: string;
  readonly rules: readonly rbacv1.PolicyRule[];
  /** What allows the attempt all the same: `escalate` on the role itself, `bind` on the role that a binding names. */
  readonly exemption: {
    readonly verb: "escalate" | "bind";
    readonly resource: "roles" | "clusterroles";
    readonly name: string;
  };
}

async function exempt(authorizer: Authorizer, attempt: GrantAttempt): Promise<boolean> {
  if (attempt.user.groups.includes(Group.masters)) return true;
  const { verb, resource, name } = attempt.exemption;
  const { namespace } = attempt;
  const attributes: AuthorizationAttributes = {
    user: attempt.user,
    verb,
    resource: { group: "rbac.authorization.k8s.io", version: "v1", resource, name, ...(namespace && { namespace }) },
  };
  return (await authorizer.authorize(attributes)).decision === "allow";
}

function describeUser(user: User): string {
  const groups = user.groups.map((group) => JSON.stringify(group)).join(" ");
  return `user ${JSON.stringify(user.name)} (groups=[${groups}])`;
}

/** Why the attempt is forbidden, in upstream's words; nothing where it is not. */
export async function refusedGrant(
  authorizer: Authorizer,
  held: RuleResolver,
  attempt: GrantAttempt,
): Promise<string | undefined> {
  if (await exempt(authorizer, attempt)) return undefined;
  const resolved = held.rulesFor(attempt.user, attempt.namespace);
  const missing = uncovered(resolved.rules, attempt.rules);
  if (missing.length === 0) return undefined;
  const lines = missing.map(describeRule).sort();
  const why = `${describeUser(attempt.user)} is attempting to grant RBAC permissions not currently held:\n${lines.join("\n")}`;
  return resolved.evaluationError ? `${why}; resolution errors: [${resolved.evaluationError}]` : why;
}
