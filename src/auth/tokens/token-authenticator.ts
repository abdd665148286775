import type { User } from "../contract.ts";

export interface TokenIdentity {
  readonly user: User;
  /** Those of the audiences asked for that the token is meant for. Absent where the kind of token knows no audiences. */
  readonly audiences?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expires?: number;
}

/** The token is of this authenticator's kind, and bad. The message may be shown to who asked for a review, never to the bearer. */
export class TokenError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TokenError";
  }
}

/** Answers nothing where the token is of another kind; rejects with `TokenError` where it is of this kind and bad. */
export interface TokenAuthenticator {
  authenticateToken(token: string, audiences: readonly string[]): Promise<TokenIdentity | undefined>;
}
