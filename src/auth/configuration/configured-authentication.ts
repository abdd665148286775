/** The authenticators of an AuthenticationConfiguration file. */
import { JwtAuthenticator } from "../jwt/jwt-authenticator.ts";
import type { TokenAuthenticator } from "../tokens/token-authenticator.ts";
import {
  type AnonymousConfiguration,
  checkAuthenticationConfiguration,
  type JwtConfiguration,
  readAuthenticationConfiguration,
} from "./authentication-configuration.ts";
import { refuse } from "./configuration-error.ts";

export interface ConfiguredAuthentication {
  readonly tokens: readonly TokenAuthenticator[];
  readonly anonymous: AnonymousConfiguration;
}

/**
 * `ownIssuers`: of service accounts, in whose name no other may speak. `unsaid`: who may be anonymous where the file says nothing of it. Rejects
 * with `ConfigurationError`.
 */
export async function configuredAuthentication(
  file: string,
  ownIssuers: readonly string[],
  unsaid: AnonymousConfiguration = { enabled: true },
): Promise<ConfiguredAuthentication> {
  const { jwt = [], anonymous = unsaid } = readAuthenticationConfiguration(file);
  return { tokens: await issuerAuthenticators(jwt, ownIssuers), anonymous };
}

/** Of issuers that no file names. As `configuredAuthentication` otherwise. */
export async function configuredIssuers(
  jwt: readonly JwtConfiguration[],
  ownIssuers: readonly string[],
): Promise<readonly TokenAuthenticator[]> {
  checkAuthenticationConfiguration({ jwt });
  return issuerAuthenticators(jwt, ownIssuers);
}

function issuerAuthenticators(
  jwt: readonly JwtConfiguration[],
  ownIssuers: readonly string[],
): Promise<readonly TokenAuthenticator[]> {
  for (const [index, { issuer }] of jwt.entries())
    if (ownIssuers.includes(issuer.url))
      refuse(`jwt[${index}].issuer.url`, "URL must not overlap with disallowed issuers");
  return Promise.all(jwt.map((one, index) => JwtAuthenticator.create(one, `jwt[${index}]`)));
}
