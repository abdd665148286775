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
  async authenticate(credentials: Credentials): Promise<User> {
    let refusal: StatusError | undefined;
    for (const authenticator of this.#authenticators) {
      try {
        const user = await authenticator.authenticate(credentials);
        if (user) return this.#grow(user);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        refusal ??= error;
      }
    }
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
