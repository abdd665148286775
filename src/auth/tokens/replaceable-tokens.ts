/** Authenticators of tokens that others may take the place of while the server runs. */
import { type TokenAuthenticator, TokenError, type TokenIdentity } from "./token-authenticator.ts";

export class ReplaceableTokens implements TokenAuthenticator {
  #authenticators: readonly TokenAuthenticator[];

  constructor(authenticators: readonly TokenAuthenticator[]) {
    this.#authenticators = authenticators;
  }

  replace(authenticators: readonly TokenAuthenticator[]): void {
    this.#authenticators = authenticators;
  }

  async authenticateToken(token: string, audiences: readonly string[]): Promise<TokenIdentity | undefined> {
    const refusals: TokenError[] = [];
    for (const authenticator of this.#authenticators) {
      try {
        const identity = await authenticator.authenticateToken(token, audiences);
        if (identity) return identity;
      } catch (error) {
        if (!(error instanceof TokenError)) throw error;
        refusals.push(error);
      }
    }
    if (refusals.length <= 1) {
      if (refusals[0]) throw refusals[0];
      return undefined;
    }
    throw new TokenError(refusals.map(({ message }) => message).join(", "));
  }
}
