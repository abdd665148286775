/** The authorizers of an AuthorizationConfiguration file, in its order. */
import type { RuleResolver } from "../authorizers/rule-resolver.ts";
import type { Authorizer } from "../contract.ts";
import { WebhookAuthorizer } from "../webhook/webhook-authorizer.ts";
import { type AuthorizerConfiguration, readAuthorizationConfiguration } from "./authorization-configuration.ts";
import { refuse } from "./configuration-error.ts";

type AnyAuthorizer = Authorizer & Partial<RuleResolver>;

/** Those that the cluster has anyway. */
export interface OwnAuthorizers {
  readonly node: AnyAuthorizer;
  readonly rbac: AnyAuthorizer;
}

export interface ConfiguredAuthorization {
  /** In the file's order. */
  authorizers(own: OwnAuthorizers): readonly AnyAuthorizer[];
  /** Those among them that are not webhooks. While the server runs a changed file must name the same. */
  readonly ownTypes: readonly string[];
}

/** `ownTypes`: those that the file must name, where it is not read for the first time. Rejects with `ConfigurationError`. */
export async function configuredAuthorization(
  file: string,
  ownTypes?: readonly string[],
): Promise<ConfiguredAuthorization> {
  return orderedAuthorization(readAuthorizationConfiguration(file), ownTypes);
}

/** Rejects with `ConfigurationError`. */
export async function orderedAuthorization(
  rows: readonly AuthorizerConfiguration[],
  ownTypes?: readonly string[],
): Promise<ConfiguredAuthorization> {
  const found = rows.flatMap(({ type }) => (type === "Webhook" ? [] : [type])).sort();
  if (ownTypes) requireTypes(found, ownTypes);
  const makers = await Promise.all(rows.map((row, index) => maker(row, `authorizers[${index}]`)));
  return { authorizers: (own) => makers.map((make) => make(own)), ownTypes: found };
}

function requireTypes(found: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.filter((type) => !found.includes(type));
  if (missing.length > 0) refuse("authorizers", `missing required types: ${missing.join(", ")}`);
  const extra = found.filter((type) => !wanted.includes(type));
  if (extra.length > 0) refuse("authorizers", `unexpected types: ${extra.join(", ")}`);
}

async function maker(
  { type, webhook }: AuthorizerConfiguration,
  path: string,
): Promise<(own: OwnAuthorizers) => AnyAuthorizer> {
  switch (type) {
    case "Node":
      return ({ node }) => node;
    case "RBAC":
      return ({ rbac }) => rbac;
    case "AlwaysAllow":
      return () => ({ authorize: () => ({ decision: "allow" }) });
    case "AlwaysDeny":
      return () => ({ authorize: () => ({ decision: "no-opinion", reason: "Everything is forbidden." }) });
    case "Webhook": {
      const authorizer = await WebhookAuthorizer.create(webhook!, `${path}.webhook`);
      return () => authorizer;
    }
  }
}
