/** Who may do what in this cluster: the authenticators and authorizers of its API server, fed by the cluster's own objects. */
import {
  type Authenticator,
  type Authorizer,
  BearerTokenAuthenticator,
  BootstrapTokens,
  boundObjectsOf,
  ClientCertificateAuthenticator,
  type ConfiguredAuthentication,
  FrontProxyAuthenticator,
  Group,
  MastersAuthorizer,
  NodeAuthorizer,
  NodeRelations,
  type Pki,
  RbacAuthorizer,
  RbacIndex,
  ServiceAccountKeys,
  ServiceAccountTokens,
  StaticTokens,
  systemSecretsOf,
  TokenChain,
  UnionAuthenticator,
  UnionAuthorizer,
  type User,
} from "../auth/mod.ts";
import type { Client, InformerFactory } from "../client/mod.ts";

/** Common names of those who may say for whom a request is. */
export const frontProxyNames = ["front-proxy-client"];

export const tokenIssuer = "https://kubernetes.default.svc.cluster.local";

export interface AccessControl {
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: UnionAuthorizer & Authorizer;
  readonly tokens: TokenChain;
  readonly serviceAccountTokens: ServiceAccountTokens;
  readonly serviceAccountKeys: ServiceAccountKeys;
  readonly rbac: RbacIndex;
}

export interface AccessControlOptions {
  readonly pki: Pki;
  readonly adminToken: string;
  /** Reads roles, bindings, pods and volumes with all rights. */
  readonly informers: InformerFactory;
  readonly client: Client;
  /** What an administrator's file adds. */
  readonly authentication?: ConfiguredAuthentication;
}

const openToAnybody: ConfiguredAuthentication = { tokens: [], anonymous: { enabled: true } };

const administrator: User = { name: "kubernetes-admin", groups: [Group.masters] };

export function accessControl({
  pki,
  adminToken,
  informers,
  client,
  authentication = openToAnybody,
}: AccessControlOptions): AccessControl {
  const rbac = new RbacIndex();
  rbac.follow(informers);
  const serviceAccountKeys = new ServiceAccountKeys(pki.serviceAccountKey);
  const serviceAccountTokens = new ServiceAccountTokens({
    keys: serviceAccountKeys,
    issuers: [tokenIssuer],
    lookup: boundObjectsOf(client),
  });
  const bootstrapTokens = new BootstrapTokens({ findSecret: systemSecretsOf(client) });
  const tokens = new TokenChain({
    authenticators: [
      new StaticTokens([[adminToken, administrator]]),
      serviceAccountTokens,
      bootstrapTokens,
      ...authentication.tokens,
    ],
    audiences: [tokenIssuer],
  });
  const authority = pki.frontProxyAuthority.certificate;
  const frontProxy = new FrontProxyAuthenticator({ authority, allowedNames: frontProxyNames });
  const certificates = new ClientCertificateAuthenticator([pki.clusterAuthority.certificate]);
  const bearer = new BearerTokenAuthenticator(tokens);
  return {
    authenticators: [
      new UnionAuthenticator([frontProxy, certificates, bearer], { anonymous: authentication.anonymous }),
    ],
    authorizer: new UnionAuthorizer([
      new MastersAuthorizer(),
      new NodeAuthorizer(new NodeRelations(informers)),
      new RbacAuthorizer(rbac),
    ]),
    tokens,
    serviceAccountTokens,
    serviceAccountKeys,
    rbac,
  };
}
