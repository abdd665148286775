export type { CertificateRequest, KeyPair, SigningRequestOptions } from "./certificate-authority.ts";
export { CertificateAuthority, ExtendedUsage } from "./certificate-authority.ts";
export type {
  Authenticator,
  AuthorizationAttributes,
  Authorizer,
  Credentials,
  Decision,
  User,
} from "./contract.ts";
export type { PkiErrorCode, PkiOptions } from "./pki.ts";
export { Pki, PkiError } from "./pki.ts";
