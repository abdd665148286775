/** Tokens that a webhook knows (TokenReview). */
import { createHash } from "node:crypto";
import type { authenticationv1 } from "../../api/mod.ts";
import { systemClock } from "../../client/mod.ts";
import { BoundedCache } from "../bounded-cache.ts";
import { type TokenAuthenticator, TokenError, type TokenIdentity } from "../tokens/token-authenticator.ts";
import { ReviewWebhook, type ReviewWebhookOptions } from "./review-webhook.ts";

/** Two minutes, and at most ten seconds for one call, are upstream's defaults. */
const timeToLiveMs = 120_000;
const timeoutMs = 10_000;
const capacity = 4096;

type Status = authenticationv1.TokenReviewStatus;

export class TokenWebhook implements TokenAuthenticator {
  readonly #webhook: ReviewWebhook;
  readonly #now: () => number;
  readonly #recent: BoundedCache<Promise<Status>>;

  /** Throws `ConfigurationError`. */
  constructor(options: Pick<ReviewWebhookOptions, "kubeconfig" | "retryMs">, now = systemClock.monotonic) {
    this.#webhook = new ReviewWebhook({ timeoutMs, ...options, now });
    this.#now = now;
    this.#recent = new BoundedCache(capacity, now);
  }

  async authenticateToken(token: string, audiences: readonly string[]): Promise<TokenIdentity | undefined> {
    const { authenticated, user, audiences: meant, error } = await this.#status(token, audiences);
    if (!authenticated) {
      if (error) throw new TokenError(error);
      return undefined;
    }
    const known = meant?.length ? audiences.filter((audience) => meant.includes(audience)) : undefined;
    if (known?.length === 0) return undefined;
    return { user: userOf(user), ...(known && { audiences: known }) };
  }

  #status(token: string, audiences: readonly string[]): Promise<Status> {
    const key = createHash("sha256")
      .update(JSON.stringify([token, audiences]))
      .digest("base64");
    const recent = this.#recent.get(key);
    if (recent) return recent;
    const status = this.#ask(token, audiences);
    this.#recent.set(key, status, this.#now() + timeToLiveMs);
    status.catch(() => this.#recent.delete(key));
    return status;
  }

  /** A webhook that does not answer knows no token: the others are still asked. */
  async #ask(token: string, audiences: readonly string[]): Promise<Status> {
    const kind = { kind: "TokenReview", apiVersion: "authentication.k8s.io/v1", metadata: {} };
    const review = { ...kind, spec: { token, audiences: [...audiences] } } as authenticationv1.TokenReview;
    try {
      return (await this.#webhook.ask(review)).status ?? {};
    } catch (error) {
      throw new TokenError((error as Error).message, { cause: error });
    }
  }
}

function userOf({ username = "", uid, groups = [], extra }: authenticationv1.UserInfo = {}): TokenIdentity["user"] {
  return { name: username, groups, ...(uid && { uid }), ...(extra && { extra }) };
}
