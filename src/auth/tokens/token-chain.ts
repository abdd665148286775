/** All kinds of bearer tokens as one, with a memory of recent answers. */
import { hash } from "node:crypto";
import { systemClock } from "../../client/mod.ts";
import { BoundedCache } from "../bounded-cache.ts";
import { type TokenAuthenticator, TokenError, type TokenIdentity } from "./token-authenticator.ts";

/** How long an answer stands: a token whose pod is deleted is accepted this much longer at most. */
const timeToLiveMs = 10_000;
const capacity = 4096;

/** A token as long as this is nobody's; refusing it early keeps hashes and caches cheap. */
const longestToken = 64 * 1024;

/** Tokens whose hash is at hand: the same few come again and again, and the hash takes longer than all that follows. */
const rememberedHashes = 64;

export interface TokenChainOptions {
  readonly authenticators: readonly TokenAuthenticator[];
  /** What this API server is called by tokens meant for it. */
  readonly audiences: readonly string[];
  /** What it was called before: tokens of this one that are meant for these are still meant for it, new ones are not made for them. */
  readonly former?: { readonly audiences: readonly string[]; readonly authenticator: TokenAuthenticator };
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export class TokenChain implements TokenAuthenticator {
  readonly audiences: readonly string[];
  readonly #former: TokenChainOptions["former"];
  readonly #authenticators: readonly TokenAuthenticator[];
  readonly #now: () => number;
  readonly #cacheNow: () => number;
  readonly #recent: BoundedCache<Looked>;
  readonly #hashes = new Map<string, string>();
  /** Tokens whose answer was at hand, and those that were looked into, by how that ended. */
  readonly counts = { known: 0, fetched: 0, failed: 0 };

  constructor(options: TokenChainOptions) {
    this.audiences = options.audiences;
    this.#former = options.former;
    this.#authenticators = options.authenticators;
    this.#now = options.now ?? Date.now;
    this.#cacheNow = options.now ?? systemClock.monotonic;
    this.#recent = new BoundedCache(capacity, this.#cacheNow);
  }

  /** Whose token it is, where that has just been looked into; nothing where `authenticateToken` has to be asked. */
  known(token: string): TokenIdentity | undefined {
    if (token.length > longestToken) return undefined;
    const identity = this.#recent.get(this.#hashOf(token))?.identity;
    if (identity === undefined || expired(identity, this.#now())) return undefined;
    this.counts.known++;
    return identity;
  }

  /** Nothing where no authenticator knows the token; rejects with `TokenError` where those that know it refuse it. */
  async authenticateToken(
    token: string,
    audiences: readonly string[] = this.audiences,
  ): Promise<TokenIdentity | undefined> {
    if (token.length > longestToken) return undefined;
    const key = audiences === this.audiences ? this.#hashOf(token) : hashOf(JSON.stringify([token, audiences]));
    const recent = this.#recent.get(key)?.answer;
    if (recent !== undefined && !expired(await recent, this.#now())) {
      this.counts.known++;
      return recent;
    }
    const answer = audiences === this.audiences ? this.#askForThisServer(token) : this.#ask(token, audiences);
    const looked: Looked = { answer, identity: undefined };
    // Many requests that arrive together with one token share one check. Only good tokens stay, so that bad ones push nobody out.
    this.#recent.set(key, looked, this.#cacheNow() + timeToLiveMs);
    try {
      const identity = await answer;
      looked.identity = identity;
      if (identity === undefined) this.#recent.delete(key);
      this.counts.fetched++;
      return identity;
    } catch (error) {
      this.counts.failed++;
      this.#recent.delete(key);
      throw error;
    }
  }

  #hashOf(token: string): string {
    let key = this.#hashes.get(token);
    if (key === undefined) {
      key = hashOf(token);
      if (this.#hashes.size >= rememberedHashes) this.#hashes.clear();
      this.#hashes.set(token, key);
    }
    return key;
  }

  /** What is said of a token that is meant for others does not name the former audiences. */
  async #askForThisServer(token: string): Promise<TokenIdentity | undefined> {
    try {
      return await this.#ask(token, this.audiences);
    } catch (error) {
      if (!(error instanceof TokenError) || !this.#former) throw error;
      const { audiences, authenticator } = this.#former;
      const identity = await authenticator.authenticateToken(token, audiences).catch(() => undefined);
      if (identity) return identity;
      throw error;
    }
  }

  async #ask(token: string, audiences: readonly string[]): Promise<TokenIdentity | undefined> {
    const refusals: string[] = [];
    for (const authenticator of this.#authenticators) {
      try {
        const identity = await authenticator.authenticateToken(token, audiences);
        if (identity) return this.#withAudiences(identity, audiences);
      } catch (error) {
        if (!(error instanceof TokenError)) throw error;
        refusals.push(error.message);
      }
    }
    if (refusals.length > 0) throw new TokenError(refusals.length === 1 ? refusals[0]! : `[${refusals.join(", ")}]`);
    return undefined;
  }

  /** Tokens that know no audiences are meant for this API server alone. */
  #withAudiences(identity: TokenIdentity, audiences: readonly string[]): TokenIdentity | undefined {
    if (identity.audiences) return identity;
    const own = audiences.filter((audience) => this.audiences.includes(audience));
    return own.length === 0 ? undefined : { ...identity, audiences: own };
  }
}

interface Looked {
  readonly answer: Promise<TokenIdentity | undefined>;
  /** Once the answer is there. */
  identity: TokenIdentity | undefined;
}

function hashOf(text: string): string {
  return hash("sha256", text, "base64");
}

function expired(identity: TokenIdentity | undefined, now: number): boolean {
  return identity?.expires !== undefined && identity.expires <= now;
}
