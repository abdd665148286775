import { createHmac, randomBytes } from "node:crypto";
import type { User } from "../contract.ts";
import type { TokenAuthenticator, TokenIdentity } from "./token-authenticator.ts";

/**
 * Tokens told at start. They are kept and looked up as keyed hashes, so the time that a lookup takes says nothing about any token.
 */
export class StaticTokens implements TokenAuthenticator {
  readonly #key = randomBytes(32);
  readonly #users = new Map<string, User>();

  constructor(tokens: Iterable<readonly [token: string, user: User]>) {
    for (const [token, user] of tokens) this.#users.set(this.#hash(token), user);
  }

  async authenticateToken(token: string): Promise<TokenIdentity | undefined> {
    const user = this.#users.get(this.#hash(token));
    return user && { user };
  }

  #hash(token: string): string {
    return createHmac("sha256", this.#key).update(token).digest("base64");
  }
}
