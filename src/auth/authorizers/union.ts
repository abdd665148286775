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

/** What those who had no opinion said. */
interface Heard {
  readonly reasons: string[];
  readonly errors: string[];
}

function undecided({ reasons, errors }: Heard): Decision {
  return {
    decision: "no-opinion",
    ...(reasons.length > 0 && { reason: reasons.join(", ") }),
    ...(errors.length > 0 && { error: errors.length === 1 ? errors[0]! : `[${errors.join(", ")}]` }),
  };
}

function hear({ reasons, errors }: Heard, { reason, error }: Decision): void {
  if (reason) reasons.push(reason);
  if (error) errors.push(error);
}

export class UnionAuthorizer implements Authorizer, RuleResolver {
  readonly #authorizers: readonly (Authorizer & Partial<RuleResolver>)[];

  constructor(authorizers: readonly (Authorizer & Partial<RuleResolver>)[]) {
    this.#authorizers = authorizers;
  }

  /** Synchronous as long as those asked are. */
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision> {
    return this.#from(0, attributes, { reasons: [], errors: [] });
  }

  #from(start: number, attributes: AuthorizationAttributes, heard: Heard): Decision | Promise<Decision> {
    for (let at = start; at < this.#authorizers.length; at++) {
      const decision = this.#authorizers[at]!.authorize(attributes);
      if (decision instanceof Promise) return this.#later(decision, at, attributes, heard);
      if (decision.decision !== "no-opinion") return decision;
      hear(heard, decision);
    }
    return undecided(heard);
  }

  async #later(pending: Promise<Decision>, at: number, attributes: AuthorizationAttributes, heard: Heard) {
    const decision = await pending;
    if (decision.decision !== "no-opinion") return decision;
    hear(heard, decision);
    return this.#from(at + 1, attributes, heard);
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
