/** Tokens of an issuer outside the cluster (OpenID Connect). */
import type { JwtConfiguration } from "../configuration/authentication-configuration.ts";
import { type TokenAuthenticator, TokenError, type TokenIdentity } from "../tokens/token-authenticator.ts";
import { type Claims, claimRules, type UserOfClaims } from "./claims.ts";
import { IssuerKeys } from "./issuer-keys.ts";

/** How tokens may be signed: secrets that both sides know are none of it. */
const signingAlgorithms: readonly string[] = [
  "RS256",
  "RS384",
  "RS512",
  "ES256",
  "ES384",
  "ES512",
  "PS256",
  "PS384",
  "PS512",
];

export class JwtAuthenticator implements TokenAuthenticator {
  readonly #configuration: JwtConfiguration;
  readonly #userOf: UserOfClaims;
  readonly #keys: IssuerKeys;
  readonly #now: () => number;

  private constructor(configuration: JwtConfiguration, userOf: UserOfClaims, now: () => number) {
    this.#configuration = configuration;
    this.#userOf = userOf;
    this.#now = now;
    this.#keys = new IssuerKeys(configuration.issuer, now);
  }

  /** `path` is where the configuration stands in its file. Rejects with `ConfigurationError` where an expression does not compile. */
  static async create(
    configuration: JwtConfiguration,
    path: string,
    now: () => number = Date.now,
  ): Promise<JwtAuthenticator> {
    return new JwtAuthenticator(configuration, await claimRules(configuration, path), now);
  }

  async authenticateToken(token: string): Promise<TokenIdentity | undefined> {
    const jose = await import("jose");
    const { url, audiences } = this.#configuration.issuer;
    const algorithms = [...(this.#configuration.signingAlgorithms ?? signingAlgorithms)];
    if (issuerOf(jose, token) !== url) return undefined;
    let payload: Claims;
    try {
      const options = { algorithms, issuer: url, audience: [...audiences], currentDate: new Date(this.#now()) };
      const getKey: Parameters<typeof jose.jwtVerify>[1] = (header, input) => this.#keys.get(header, input);
      payload = (await jose.jwtVerify(token, getKey, { ...options, requiredClaims: ["exp"] })).payload;
    } catch (error) {
      throw new TokenError(`oidc: verify token: ${(error as Error).message}`, { cause: error });
    }
    const expires = Number(payload["exp"]) * 1000;
    return { user: this.#userOf(payload), expires };
  }
}

function issuerOf(jose: typeof import("jose"), token: string): string | undefined {
  try {
    return jose.decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
