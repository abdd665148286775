/** Who may do what in this cluster: the authenticators and authorizers of its API server, fed by the cluster's own objects. */
import { type corev1, resources } from "../api/mod.ts";
import {
  type Authenticator,
  type Authorizer,
  BearerTokenAuthenticator,
  BootstrapTokens,
  boundObjectsOf,
  ClientCertificateAuthenticator,
  type ConfiguredAuthentication,
  type ConfiguredAuthorization,
  configuredAuthentication,
  configuredAuthorization,
  FrontProxyAuthenticator,
  LegacyTokens,
  MastersAuthorizer,
  NodeAuthorizer,
  NodeRelations,
  RbacAuthorizer,
  RbacIndex,
  ReplaceableTokens,
  type ServiceAccountKeys,
  ServiceAccountTokens,
  StaticTokens,
  secretsOf,
  type TokenAuthenticator,
  TokenChain,
  TokenWebhook,
  UnionAuthenticator,
  UnionAuthorizer,
} from "../auth/mod.ts";
import type { Client, InformerFactory } from "../client/mod.ts";
import { formerTokenIssuer, type Trust, tokenIssuer } from "./trust.ts";

export interface AccessControl {
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: UnionAuthorizer & Authorizer;
  readonly tokens: TokenChain;
  readonly serviceAccountTokens: ServiceAccountTokens;
  readonly legacyTokens: LegacyTokens;
  readonly serviceAccountKeys: ServiceAccountKeys;
  readonly rbac: RbacIndex;
  /** Of the tokens of issuers outside the cluster. */
  readonly foreignTokens: ReplaceableTokens;
  /** Decides by it from the next request on. */
  useAuthorization(authorization: ConfiguredAuthorization): void;
}

/** What administrators' files add. */
export interface ConfiguredAccess {
  readonly authentication?: ConfiguredAuthentication;
  readonly tokenWebhooks?: readonly TokenAuthenticator[];
  /** Who decides, in which order; default: the node authorizer, and roles. */
  readonly authorization?: ConfiguredAuthorization;
}

/** Paths; empty or absent: no such file. */
export interface AccessFiles {
  readonly authenticationConfig?: string;
  readonly tokenWebhook?: string;
  readonly authorizationConfig?: string;
}

/** Rejects with `ConfigurationError`. */
export async function configuredAccess(files: AccessFiles): Promise<ConfiguredAccess> {
  const { authenticationConfig, tokenWebhook, authorizationConfig } = files;
  return {
    ...(authenticationConfig && { authentication: await issuersOf(authenticationConfig) }),
    ...(tokenWebhook && { tokenWebhooks: [new TokenWebhook({ kubeconfig: tokenWebhook })] }),
    ...(authorizationConfig && { authorization: await configuredAuthorization(authorizationConfig) }),
  };
}

/** Of an AuthenticationConfiguration file. Rejects with `ConfigurationError`. */
export function issuersOf(file: string): Promise<ConfiguredAuthentication> {
  return configuredAuthentication(file, [tokenIssuer, formerTokenIssuer]);
}

export interface AccessControlOptions extends ConfiguredAccess {
  readonly trust: Trust;
  /** Reads roles, bindings, pods and volumes with all rights. */
  readonly informers: InformerFactory;
  readonly client: Client;
}

const openToAnybody: ConfiguredAuthentication = { tokens: [], anonymous: { enabled: true } };

const usualOrder: ConfiguredAuthorization = {
  authorizers: ({ node, rbac }) => [node, rbac],
  ownTypes: ["Node", "RBAC"],
};

export function accessControl({
  trust,
  informers,
  client,
  authentication = openToAnybody,
  tokenWebhooks = [],
  authorization = usualOrder,
}: AccessControlOptions): AccessControl {
  const rbac = new RbacIndex();
  rbac.follow(informers);
  const { serviceAccountKeys, issuers, audiences, formerAudiences } = trust;
  const serviceAccountTokens = new ServiceAccountTokens({
    keys: serviceAccountKeys,
    issuers,
    lookup: boundObjectsOf(client),
  });
  const findSecret = secretsOf(client);
  const bootstrapTokens = new BootstrapTokens({ findSecret: (name) => findSecret("kube-system", name) });
  const legacyTokens = new LegacyTokens({
    keys: serviceAccountKeys,
    findSecret,
    lookup: boundObjectsOf(client),
    used: noteUse(client),
  });
  const foreignTokens = new ReplaceableTokens(authentication.tokens);
  const tokens = new TokenChain({
    authenticators: [
      new StaticTokens(trust.tokens),
      serviceAccountTokens,
      legacyTokens,
      bootstrapTokens,
      foreignTokens,
      ...tokenWebhooks,
    ],
    audiences,
    ...(formerAudiences && { former: { audiences: formerAudiences, authenticator: serviceAccountTokens } }),
  });
  const frontProxy = trust.frontProxy ? [new FrontProxyAuthenticator(trust.frontProxy)] : [];
  const certificates = new ClientCertificateAuthenticator(trust.clientAuthorities);
  const bearer = new BearerTokenAuthenticator(tokens);
  const own = { node: new NodeAuthorizer(new NodeRelations(informers)), rbac: new RbacAuthorizer(rbac) };
  const masters = new MastersAuthorizer();
  const authorizer = new UnionAuthorizer([masters, ...authorization.authorizers(own)]);
  return {
    authenticators: [
      new UnionAuthenticator([...frontProxy, certificates, bearer], { anonymous: authentication.anonymous }),
    ],
    authorizer,
    useAuthorization: ({ authorizers }) => authorizer.replace([masters, ...authorizers(own)]),
    tokens,
    serviceAccountTokens,
    legacyTokens,
    serviceAccountKeys,
    rbac,
    foreignTokens,
  };
}

const lastUsedLabel = "kubernetes.io/legacy-token-last-used";

/** Marks the Secret with the day, once a day, so that its owner can tell whether anybody still needs it. */
function noteUse(client: Client): (secret: corev1.Secret) => void {
  return ({ metadata: { name, namespace, labels } }) => {
    const day = new Date().toISOString().slice(0, 10);
    if (labels?.[lastUsedLabel] === day) return;
    const patch = { metadata: { labels: { [lastUsedLabel]: day } } };
    const secrets = client.resource(resources.secrets);
    // Nothing depends on it: the next use tries again.
    secrets.patch(name, patch, { namespace, type: "merge" }).catch(() => {});
  };
}
