/** The authenticators in order, and who is left when none of them knows the caller. */
import { StatusError } from "../../api/mod.ts";
import type { AnonymousConfiguration } from "../configuration/authentication-configuration.ts";
import type { Authenticator, Credentials, User } from "../contract.ts";
import { unauthorized } from "../status.ts";
import { anonymous, Group } from "../users.ts";

function withAuthenticatedGroup(user: User): User {
  const settled = user.groups.includes(Group.authenticated) || user.groups.includes(Group.unauthenticated);
  return settled || user.name === anonymous.name ? user : { ...user, groups: [...user.groups, Group.authenticated] };
}

/** The 401; anything else that was thrown is a bug, and goes on its way. */
function asRefusal(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  throw error;
}

export class UnionAuthenticator implements Authenticator {
  readonly #authenticators: readonly Authenticator[];
  readonly #anonymous: AnonymousConfiguration;
  /** One grown user per user that an authenticator keeps handing out. */
  readonly #grown = new WeakMap<User, User>();

  constructor(authenticators: readonly Authenticator[], options: { readonly anonymous: AnonymousConfiguration }) {
    this.#authenticators = authenticators;
    this.#anonymous = options.anonymous;
  }

  /** Always a user, or a 401 `StatusError`: one bad credential is forgiven only where another is good. */
  authenticate(credentials: Credentials): User | Promise<User> {
    return this.#ask(credentials, 0, undefined);
  }

  /** Goes on without waiting as long as the answers are at hand: most are. */
  #ask(credentials: Credentials, first: number, refused: StatusError | undefined): User | Promise<User> {
    let refusal = refused;
    for (let index = first; index < this.#authenticators.length; index++) {
      try {
        const user = this.#authenticators[index]!.authenticate(credentials);
        if (user instanceof Promise) return this.#wait(user, credentials, index, refusal);
        if (user) return this.#grow(user);
      } catch (error) {
        refusal ??= asRefusal(error);
      }
    }
    return this.#withoutUser(credentials, refusal);
  }

  async #wait(
    answer: Promise<User | undefined>,
    credentials: Credentials,
    index: number,
    refused: StatusError | undefined,
  ): Promise<User> {
    let refusal = refused;
    try {
      const user = await answer;
      if (user) return this.#grow(user);
    } catch (error) {
      refusal ??= asRefusal(error);
    }
    return this.#ask(credentials, index + 1, refusal);
  }

  #withoutUser(credentials: Credentials, refusal: StatusError | undefined): User {
    if (refusal) throw refusal;
    if (credentials.refusedCertificate) throw unauthorized();
    if (this.#isOpen(credentials.path)) return anonymous;
    throw unauthorized();
  }

  #isOpen(path: string | undefined): boolean {
    const { enabled, conditions = [] } = this.#anonymous;
    return enabled && (conditions.length === 0 || conditions.some((condition) => condition.path === path));
  }

  #grow(user: User): User {
    const known = this.#grown.get(user);
    if (known) return known;
    const grown = withAuthenticatedGroup(user);
    this.#grown.set(user, grown);
    return grown;
  }
}
