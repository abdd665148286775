/** The public keys of a token issuer, found by OpenID Connect discovery and kept until one is asked for that is not among them. */
import https from "node:https";
import type * as Jose from "jose";
import { ConfiguredAddressAgent } from "../../client/mod.ts";
import type { IssuerConfiguration } from "../configuration/authentication-configuration.ts";

const withinMs = 10_000;
const largestBytes = 1024 * 1024;
/** An unknown key makes us ask again, but not for every token that somebody makes up. */
const againAfterMs = 10_000;

export class IssuerKeys {
  readonly #issuer: IssuerConfiguration;
  readonly #now: () => number;
  #known: Jose.JWTVerifyGetKey | undefined;
  #fetching: Promise<Jose.JWTVerifyGetKey> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(issuer: IssuerConfiguration, now: () => number) {
    this.#issuer = issuer;
    this.#now = now;
  }

  /** For `jwtVerify`. Rejects where the issuer does not answer, or has no such key. */
  async get(header: Jose.CompactJWSHeaderParameters, token: Jose.FlattenedJWSInput) {
    const jose = await import("jose");
    const find = await this.#keys(false);
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof jose.errors.JWKSNoMatchingKey)) throw error;
      return (await this.#keys(true))(header, token);
    }
  }

  /** Keys once had stay while new ones are asked for, and where the issuer does not answer. */
  #keys(isMissing: boolean): Promise<Jose.JWTVerifyGetKey> | Jose.JWTVerifyGetKey {
    if (this.#known && !isMissing) return this.#known;
    if (this.#fetching) return this.#fetching;
    const now = this.#now();
    // Asked in the future: the clock was set back since.
    if (this.#known && now >= this.#askedAt && now - this.#askedAt < againAfterMs) return this.#known;
    this.#askedAt = now;
    this.#fetching = this.#renew();
    return this.#fetching;
  }

  async #renew(): Promise<Jose.JWTVerifyGetKey> {
    try {
      this.#known = await this.#fetch();
      return this.#known;
    } finally {
      this.#fetching = undefined;
    }
  }

  async #fetch(): Promise<Jose.JWTVerifyGetKey> {
    const { createLocalJWKSet } = await import("jose");
    const { url, discoveryURL, certificateAuthority } = this.#issuer;
    const place = discoveryURL ?? `${url.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const description = (await getJson(place, certificateAuthority)) as { issuer?: string; jwks_uri?: string };
    if (description.issuer !== url)
      throw new Error(
        `oidc: issuer did not match the issuer returned by provider, expected "${url}" got "${description.issuer}"`,
      );
    const keySet = await getJson(description.jwks_uri ?? "", certificateAuthority);
    return createLocalJWKSet(keySet as Jose.JSONWebKeySet) as Jose.JWTVerifyGetKey;
  }
}

function getJson(url: string, ca: string | undefined): Promise<unknown> {
  const signal = AbortSignal.timeout(withinMs);
  return new Promise((resolve, reject) => {
    const request = https.get(
      url,
      { ...(ca && { ca }), signal, agent: new ConfiguredAddressAgent() },
      async (answer) => {
        const parts: Buffer[] = [];
        let length = 0;
        try {
          for await (const part of answer as AsyncIterable<Buffer>) {
            length += part.length;
            if (length > largestBytes) throw new Error(`${url} answers more than ${largestBytes} bytes`);
            parts.push(part);
          }
          if (answer.statusCode !== 200) throw new Error(`${url} answers ${answer.statusCode}`);
          resolve(JSON.parse(Buffer.concat(parts).toString()));
        } catch (error) {
          reject(error);
        }
      },
    );
    request.once("error", reject);
  });
}
