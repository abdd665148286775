/** The authorizers in order: the first that decides, decides. */
import type { AuthorizationAttributes, Authorizer, Decision, User } from "../contract.ts";
import { Group } from "../users.ts";
import type { ResolvedRules, RuleResolver } from "./rule-resolver.ts";

/** Members of `system:masters` may do everything, so that a broken policy can always be mended. */
export class MastersAuthorizer implements Authorizer {
  authorize({ user }: AuthorizationAttributes): Decision {
    return { decision: user.groups.includes(Group.masters) ? "allow" : "no-opinion" };
  }
}

function joinedReasons(reasons: readonly string[]): Decision {
  return reasons.length === 0 ? { decision: "no-opinion" } : { decision: "no-opinion", reason: reasons.join(", ") };
}

export class UnionAuthorizer implements Authorizer, RuleResolver {
  readonly #authorizers: readonly (Authorizer & Partial<RuleResolver>)[];

  constructor(authorizers: readonly (Authorizer & Partial<RuleResolver>)[]) {
    this.#authorizers = authorizers;
  }

  /** Synchronous as long as those asked are. */
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision> {
    return this.#from(0, attributes, []);
  }

  #from(start: number, attributes: AuthorizationAttributes, reasons: string[]): Decision | Promise<Decision> {
    for (let at = start; at < this.#authorizers.length; at++) {
      const decision = this.#authorizers[at]!.authorize(attributes);
      if (decision instanceof Promise) return this.#later(decision, at, attributes, reasons);
      if (decision.decision !== "no-opinion") return decision;
      if (decision.reason) reasons.push(decision.reason);
    }
    return joinedReasons(reasons);
  }

  async #later(pending: Promise<Decision>, at: number, attributes: AuthorizationAttributes, reasons: string[]) {
    const decision = await pending;
    if (decision.decision !== "no-opinion") return decision;
    if (decision.reason) reasons.push(decision.reason);
    return this.#from(at + 1, attributes, reasons);
  }

  rulesFor(user: User, namespace: string): ResolvedRules {
    const resolved = this.#authorizers.flatMap((authorizer) => authorizer.rulesFor?.(user, namespace) ?? []);
    const errors = resolved.flatMap(({ evaluationError }) => evaluationError ?? []);
    return {
      rules: resolved.flatMap(({ rules }) => rules),
      incomplete: resolved.some(({ incomplete }) => incomplete),
      ...(errors.length > 0 && { evaluationError: errors.join(", ") }),
    };
  }
}
