/** The authorizers of an AuthorizationConfiguration file, in its order. */
import type { RuleResolver } from "../authorizers/rule-resolver.ts";
import type { Authorizer } from "../contract.ts";
import { WebhookAuthorizer } from "../webhook/webhook-authorizer.ts";
import { type AuthorizerConfiguration, readAuthorizationConfiguration } from "./authorization-configuration.ts";

type AnyAuthorizer = Authorizer & Partial<RuleResolver>;

/** Those that the cluster has anyway. */
export interface OwnAuthorizers {
  readonly node: AnyAuthorizer;
  readonly rbac: AnyAuthorizer;
}

export type ConfiguredAuthorization = (own: OwnAuthorizers) => readonly AnyAuthorizer[];

/** Rejects with `ConfigurationError`. */
export async function configuredAuthorization(file: string): Promise<ConfiguredAuthorization> {
  return orderedAuthorization(readAuthorizationConfiguration(file));
}

/** Rejects with `ConfigurationError`. */
export async function orderedAuthorization(rows: readonly AuthorizerConfiguration[]): Promise<ConfiguredAuthorization> {
  const makers = await Promise.all(rows.map((row, index) => maker(row, `authorizers[${index}]`)));
  return (own) => makers.map((make) => make(own));
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
