/** An authorizer outside the cluster, asked by SubjectAccessReview where its conditions hold. */
import { createHash } from "node:crypto";
import type { authorizationv1 } from "../../api/mod.ts";
import { systemClock } from "../../client/mod.ts";
import type { ResolvedRules, RuleResolver } from "../authorizers/rule-resolver.ts";
import { BoundedCache } from "../bounded-cache.ts";
import type { WebhookConfiguration } from "../configuration/authorization-configuration.ts";
import type { AuthorizationAttributes, Authorizer, Decision } from "../contract.ts";
import { type Expression, ruleCompiler } from "../expressions.ts";
import { accessReviewSpec } from "./access-review-spec.ts";
import { durationMs, ReviewWebhook } from "./review-webhook.ts";

type Spec = authorizationv1.SubjectAccessReviewSpec;

interface Timing {
  readonly now?: () => number;
  readonly retryMs?: number;
}

const capacity = 8192;
/** A question that long is asked each time. */
const longestKeyBytes = 10_000;
const usualAuthorizedMs = 300_000;
const usualUnauthorizedMs = 30_000;

export class WebhookAuthorizer implements Authorizer, RuleResolver {
  readonly #configuration: WebhookConfiguration;
  readonly #conditions: readonly Expression[];
  readonly #webhook: ReviewWebhook;
  readonly #now: () => number;
  readonly #recent: BoundedCache<Promise<Decision>>;
  readonly #keptMs: { readonly allowed: number; readonly other: number };

  private constructor(configuration: WebhookConfiguration, conditions: readonly Expression[], timing: Timing) {
    const { timeout, connectionInfo, authorizedTTL, unauthorizedTTL } = configuration;
    const { now = systemClock.monotonic, retryMs } = timing;
    this.#configuration = configuration;
    this.#conditions = conditions;
    this.#now = now;
    this.#recent = new BoundedCache(capacity, now);
    this.#keptMs = {
      allowed: durationMs(authorizedTTL, "authorizedTTL") ?? usualAuthorizedMs,
      other: durationMs(unauthorizedTTL, "unauthorizedTTL") ?? usualUnauthorizedMs,
    };
    this.#webhook = new ReviewWebhook({
      kubeconfig: connectionInfo.kubeConfigFile,
      timeoutMs: durationMs(timeout, "timeout")!,
      now,
      ...(retryMs !== undefined && { retryMs }),
    });
  }

  /** `path` is where the configuration stands in its file. Rejects with `ConfigurationError`. */
  static async create(
    configuration: WebhookConfiguration,
    path: string,
    timing: Timing = {},
  ): Promise<WebhookAuthorizer> {
    const { matchConditions = [] } = configuration;
    const compile = matchConditions.length > 0 ? await ruleCompiler(["request"]) : undefined;
    const conditions = matchConditions.flatMap(({ expression }, index) => {
      const options = { answers: "bool", path: `${path}.matchConditions[${index}].expression` } as const;
      return compile ? [compile(expression, options)] : [];
    });
    return new WebhookAuthorizer(configuration, conditions, timing);
  }

  async authorize(attributes: AuthorizationAttributes): Promise<Decision> {
    const spec = accessReviewSpec(attributes);
    try {
      return this.#matches(spec) ? await this.#decide(spec) : { decision: "no-opinion" };
    } catch (error) {
      const decision = this.#configuration.failurePolicy === "Deny" ? "deny" : "no-opinion";
      return { decision, error: (error as Error).message };
    }
  }

  /** A condition that does not hold settles it; one that cannot be evaluated is an error only where all others hold. */
  #matches(request: Spec): boolean {
    let problem: unknown;
    for (const holds of this.#conditions) {
      try {
        if (holds({ request }) !== true) return false;
      } catch (error) {
        problem ??= error;
      }
    }
    if (problem) throw problem;
    return true;
  }

  #decide(spec: Spec): Promise<Decision> {
    const text = JSON.stringify(spec);
    if (text.length > longestKeyBytes) return this.#ask(spec);
    const key = createHash("sha256").update(text).digest("base64");
    const recent = this.#recent.get(key);
    if (recent) return recent;
    const decision = this.#ask(spec);
    // Requests that come together share one call; how long the answer stands is known only then.
    this.#recent.set(key, decision, this.#now() + this.#keptMs.other);
    decision.then(
      (settled) => this.#keep(key, decision, settled),
      () => this.#recent.delete(key),
    );
    return decision;
  }

  #keep(key: string, pending: Promise<Decision>, { decision }: Decision): void {
    const { cacheAuthorizedRequests = true, cacheUnauthorizedRequests = true } = this.#configuration;
    const isAllowed = decision === "allow";
    if (isAllowed ? !cacheAuthorizedRequests : !cacheUnauthorizedRequests) this.#recent.delete(key);
    else this.#recent.set(key, pending, this.#now() + (isAllowed ? this.#keptMs.allowed : this.#keptMs.other));
  }

  async #ask(spec: Spec): Promise<Decision> {
    const kind = { kind: "SubjectAccessReview", apiVersion: "authorization.k8s.io/v1", metadata: {} };
    const answered = await this.#webhook.ask({ ...kind, spec } as authorizationv1.SubjectAccessReview);
    const { allowed = false, denied = false, reason } = answered.status ?? {};
    if (allowed && denied) throw new Error("webhook subject access review returned both allow and deny response");
    const decision = allowed ? "allow" : denied ? "deny" : "no-opinion";
    return { decision, ...(reason && { reason }) };
  }

  rulesFor(): ResolvedRules {
    const evaluationError = "webhook authorizer does not support user rule resolution";
    return { rules: [], incomplete: true, evaluationError };
  }
}
