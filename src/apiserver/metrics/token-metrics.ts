/** Bearer tokens under upstream's names: what the authenticators count themselves, asked when somebody looks. */
import type { Registry } from "prom-client";
import type { LegacyTokens, ServiceAccountTokens, TokenChain } from "../../auth/mod.ts";
import { CounterFamily } from "./families.ts";

export interface CountedTokens {
  readonly tokens: Pick<TokenChain, "counts">;
  readonly serviceAccountTokens: Pick<ServiceAccountTokens, "counts">;
  readonly legacyTokens: Pick<LegacyTokens, "counts">;
}

export function addTokenMetrics(
  registry: Registry,
  { tokens, serviceAccountTokens, legacyTokens }: CountedTokens,
): void {
  const count = (name: string, help: string, read: () => number) => {
    const family: CounterFamily = new CounterFamily(registry, {
      name: `serviceaccount_${name}_total`,
      help,
      collect: () => family.labelled().set(read()),
    });
  };
  count("valid_tokens", "Tokens that were looked into and believed.", () => serviceAccountTokens.counts.valid);
  count("stale_tokens", "Of them, those that should have been renewed.", () => serviceAccountTokens.counts.stale);
  count("legacy_tokens", "Tokens from Secrets that were believed.", () => legacyTokens.counts.valid);
  // Secrets hold a token where somebody made them for it, and only there.
  count("legacy_manual_token_uses", "Of them, from Secrets that somebody made.", () => legacyTokens.counts.valid);
  count("legacy_auto_token_uses", "Of them, from Secrets that nobody asked for.", () => 0);
  addCacheCounts(registry, tokens);
}

function addCacheCounts(registry: Registry, { counts }: CountedTokens["tokens"]): void {
  const family = (name: string, help: string, read: () => Readonly<Record<string, number>>) => {
    const counter: CounterFamily = new CounterFamily(registry, {
      name: `authentication_token_cache_${name}_total`,
      help,
      labelNames: ["status"],
      collect() {
        for (const [status, value] of Object.entries(read())) counter.labelled(status).set(value);
      },
    });
  };
  family("request", "Tokens by whether the answer was at hand.", () => ({
    hit: counts.known,
    miss: counts.fetched + counts.failed,
  }));
  family("fetch", "Tokens that were looked into, by how that ended.", () => ({
    ok: counts.fetched,
    error: counts.failed,
  }));
}
