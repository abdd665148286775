export { BearerTokenAuthenticator, withoutTokenProtocols } from "./authenticators/bearer-token.ts";
export { ClientCertificateAuthenticator } from "./authenticators/client-certificate.ts";
export { FrontProxyAuthenticator, type FrontProxyOptions } from "./authenticators/front-proxy.ts";
export { UnionAuthenticator } from "./authenticators/union.ts";
export { type GrantAttempt, refusedGrant } from "./authorizers/escalation.ts";
export { NodeAuthorizer } from "./authorizers/node.ts";
export { NodeRelations } from "./authorizers/node-relations.ts";
export { type PodReferences, podReferences } from "./authorizers/pod-references.ts";
export { RbacAuthorizer } from "./authorizers/rbac.ts";
export { RbacIndex } from "./authorizers/rbac-index.ts";
export { type ResolvedRules, type RuleResolver, rulesReviewStatus } from "./authorizers/rule-resolver.ts";
export { MastersAuthorizer, UnionAuthorizer } from "./authorizers/union.ts";
export {
  CertificateAuthority,
  type CertificateRequest,
  type KeyPair,
  requestedOrganizations,
  type SigningRequestOptions,
} from "./certificates/certificate-authority.ts";
export { Pki, type PkiOptions } from "./certificates/pki.ts";
export type { JwtConfiguration } from "./configuration/authentication-configuration.ts";
export { type ConfigFileForm, readConfigFile, type Shape } from "./configuration/config-file.ts";
export { ConfigurationError } from "./configuration/configuration-error.ts";
export {
  type ConfiguredAuthentication,
  configuredAuthentication,
  configuredIssuers,
} from "./configuration/configured-authentication.ts";
export {
  type ConfiguredAuthorization,
  configuredAuthorization,
  orderedAuthorization,
} from "./configuration/configured-authorization.ts";
export type {
  Authenticator,
  AuthorizationAttributes,
  Authorizer,
  Credentials,
  Decision,
  User,
} from "./contract.ts";
export { readHeaderText, writeHeaderText } from "./header-text.ts";
export { BootstrapTokens } from "./tokens/bootstrap-tokens.ts";
export { boundObjectsOf, secretsOf } from "./tokens/bound-objects.ts";
export { type LegacyTokenRequest, LegacyTokens } from "./tokens/legacy-tokens.ts";
export { ReplaceableTokens } from "./tokens/replaceable-tokens.ts";
export { ServiceAccountKeys, type TokenAlgorithm } from "./tokens/service-account-keys.ts";
export {
  type BoundKind,
  type BoundObject,
  type BoundObjectLookup,
  type ServiceAccountTokenOptions,
  ServiceAccountTokens,
} from "./tokens/service-account-tokens.ts";
export {
  parseServiceAccountUserName,
  ServiceAccountExtra,
  serviceAccountGroups,
  serviceAccountUser,
} from "./tokens/service-account-user.ts";
export { StaticTokens } from "./tokens/static-tokens.ts";
export type { TokenAuthenticator, TokenIdentity } from "./tokens/token-authenticator.ts";
export { TokenChain, type TokenChainOptions } from "./tokens/token-chain.ts";
export { answerTokenRequest, type TokenRequestContext } from "./tokens/token-request.ts";
export { reviewToken, userInfo } from "./tokens/token-review.ts";
export { anonymous, Group, nodeNameOf } from "./users.ts";
export { ReviewWebhook } from "./webhook/review-webhook.ts";
export { TokenWebhook } from "./webhook/token-webhook.ts";
