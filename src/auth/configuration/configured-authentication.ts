/** The authenticators of an AuthenticationConfiguration file. */
import { JwtAuthenticator } from "../jwt/jwt-authenticator.ts";
import type { TokenAuthenticator } from "../tokens/token-authenticator.ts";
import { type AnonymousConfiguration, readAuthenticationConfiguration } from "./authentication-configuration.ts";
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
  for (const [index, { issuer }] of jwt.entries())
    if (ownIssuers.includes(issuer.url))
      refuse(`jwt[${index}].issuer.url`, "URL must not overlap with disallowed issuers");
  const tokens = jwt.map((one, index) => JwtAuthenticator.create(one, `jwt[${index}]`));
  return { tokens: await Promise.all(tokens), anonymous };
}
