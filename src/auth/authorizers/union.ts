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

type AnyAuthorizer = Authorizer & Partial<RuleResolver>;

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

/** Synchronous as long as those asked are. */
function decide(
  authorizers: readonly AnyAuthorizer[],
  attributes: AuthorizationAttributes,
  heard: Heard,
  start = 0,
): Decision | Promise<Decision> {
  for (let at = start; at < authorizers.length; at++) {
    const decision = authorizers[at]!.authorize(attributes);
    if (decision instanceof Promise)
      return decision.then((settled) => {
        if (settled.decision !== "no-opinion") return settled;
        hear(heard, settled);
        return decide(authorizers, attributes, heard, at + 1);
      });
    if (decision.decision !== "no-opinion") return decision;
    hear(heard, decision);
  }
  return undecided(heard);
}

export class UnionAuthorizer implements Authorizer, RuleResolver {
  #authorizers: readonly AnyAuthorizer[];

  constructor(authorizers: readonly AnyAuthorizer[]) {
    this.#authorizers = authorizers;
  }

  /** Others, from the next request on. */
  replace(authorizers: readonly AnyAuthorizer[]): void {
    this.#authorizers = authorizers;
  }

  /** Synchronous as long as those asked are. */
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision> {
    return decide(this.#authorizers, attributes, { reasons: [], errors: [] });
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
