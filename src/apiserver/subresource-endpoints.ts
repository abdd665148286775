/** Resources and subresources with code of their own, given to the engine before the stored ones. */
import { type KubernetesObject, type ResourceInfo, resources } from "../api/mod.ts";
import type { Authorizer, RuleResolver, ServiceAccountKeys, TokenChain } from "../auth/mod.ts";
import type { Engine } from "./registry/engine.ts";
import { bindingEndpoint } from "./registry/subresources/binding.ts";
import { evictionEndpoint } from "./registry/subresources/eviction.ts";
import { type TokenIssuing, tokenEndpoint } from "./registry/subresources/token.ts";
import type { Endpoint } from "./request/call.ts";
import { accessReviews, rulesReview } from "./reviews/access-reviews.ts";
import { componentStatusEndpoint } from "./reviews/component-statuses.ts";
import { selfReview, tokenReview } from "./reviews/identity-reviews.ts";

export interface Identity {
  /** Judges the tokens of TokenReviews. */
  readonly tokens: TokenChain;
  /** Signs the tokens of TokenRequests. */
  readonly serviceAccountTokens: TokenIssuing["tokens"];
  /** Publishes the keys that those are checked with. */
  readonly serviceAccountKeys: ServiceAccountKeys;
  readonly issuer: string;
  /** Tells what a user may do, for SelfSubjectRulesReviews and against escalation. */
  readonly rules: RuleResolver;
}

type AnyInfo = ResourceInfo<KubernetesObject>;

export function addOwnEndpoints(engine: Engine, authorizer: Authorizer, identity: Identity | undefined): void {
  const storage = (info: unknown) => engine.storage(info as AnyInfo);
  const pods = storage(resources.pods);
  engine.addSubresource(resources.pods, "binding", bindingEndpoint(pods));
  const budgets = storage(resources.poddisruptionbudgets);
  engine.addSubresource(resources.pods, "eviction", evictionEndpoint({ pods, budgets }));
  if (identity) addTokenEndpoint(engine, storage, identity);
  engine.addVirtual(resources.bindings as unknown as AnyInfo, bindingEndpoint(pods));
  const { strategy } = storage(resources.componentstatuses);
  const statuses = resources.componentstatuses as unknown as AnyInfo;
  engine.addVirtual(statuses, componentStatusEndpoint(strategy), strategy.deprecation);
  for (const { info, endpoint } of reviews(authorizer, identity)) engine.addVirtual(info as AnyInfo, endpoint);
}

function addTokenEndpoint(
  engine: Engine,
  storage: (info: unknown) => ReturnType<Engine["storage"]>,
  { serviceAccountTokens, tokens }: Identity,
): void {
  const storages = {
    accounts: storage(resources.serviceaccounts),
    pods: storage(resources.pods),
    secrets: storage(resources.secrets),
    nodes: storage(resources.nodes),
  };
  const issuing = { tokens: serviceAccountTokens, audiences: tokens.audiences };
  engine.addSubresource(resources.serviceaccounts, "token", tokenEndpoint(storages, issuing));
}

function reviews(authorizer: Authorizer, identity: Identity | undefined): { info: unknown; endpoint: Endpoint }[] {
  const common = [...accessReviews(authorizer), selfReview()];
  return identity ? [...common, rulesReview(identity.rules), tokenReview(identity.tokens)] : common;
}
