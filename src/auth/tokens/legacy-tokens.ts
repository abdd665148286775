/**
 * Tokens of service accounts that live in Secrets: they do not end with time but with their Secret, or with the account. Only Secrets that
 * somebody makes for it hold one.
 */
import { timingSafeEqual } from "node:crypto";
import type * as Jose from "jose";
import type { corev1 } from "../../api/mod.ts";
import type { ServiceAccountKeys } from "./service-account-keys.ts";
import type { BoundObjectLookup, ObjectIdentity } from "./service-account-tokens.ts";
import { serviceAccountUser, serviceAccountUserName } from "./service-account-user.ts";
import { type TokenAuthenticator, TokenError, type TokenIdentity } from "./token-authenticator.ts";

const issuer = "kubernetes/serviceaccount";
/** Put on a Secret whose token nobody has used for a year. */
const invalidSinceLabel = "kubernetes.io/legacy-token-invalid-since";
const claimPrefix = "kubernetes.io/serviceaccount/";

export interface LegacyTokenOptions {
  readonly keys: ServiceAccountKeys;
  readonly findSecret: (namespace: string, name: string) => Promise<corev1.Secret | undefined>;
  readonly lookup: BoundObjectLookup;
  /** Told of each Secret whose token is believed. Must not throw. */
  used?(secret: corev1.Secret): void;
}

export interface LegacyTokenRequest {
  readonly namespace: string;
  readonly secretName: string;
  readonly serviceAccount: ObjectIdentity;
}

export class LegacyTokens implements TokenAuthenticator {
  readonly #options: LegacyTokenOptions;
  /** Tokens that were believed. */
  readonly counts = { valid: 0 };

  constructor(options: LegacyTokenOptions) {
    this.#options = options;
  }

  /** Answers the compact token. */
  async issue({ namespace, secretName, serviceAccount }: LegacyTokenRequest): Promise<string> {
    const jose = await import("jose");
    const { keys } = this.#options;
    const claims = {
      [`${claimPrefix}namespace`]: namespace,
      [`${claimPrefix}secret.name`]: secretName,
      [`${claimPrefix}service-account.name`]: serviceAccount.name,
      [`${claimPrefix}service-account.uid`]: serviceAccount.uid,
    };
    return new jose.SignJWT(claims)
      .setProtectedHeader({ alg: keys.algorithm, kid: keys.keyId })
      .setIssuer(issuer)
      .setSubject(serviceAccountUserName(namespace, serviceAccount.name))
      .sign(keys.signingKey);
  }

  async authenticateToken(token: string): Promise<TokenIdentity | undefined> {
    const jose = await import("jose");
    if (!isLegacy(jose, token)) return undefined;
    const payload = await this.#verified(jose, token);
    const claim = (name: string) => String(payload[claimPrefix + name] ?? "");
    const namespace = claim("namespace");
    const account = { name: claim("service-account.name"), uid: claim("service-account.uid") };
    await this.#requireSecret(namespace, claim("secret.name"), token);
    const found = await this.#options.lookup("ServiceAccount", namespace, account.name);
    if (found?.uid !== account.uid || found.deletionTimestamp)
      throw new TokenError("service account token has been invalidated");
    this.counts.valid++;
    return { user: serviceAccountUser({ namespace, ...account }) };
  }

  async #verified(jose: typeof Jose, token: string): Promise<Jose.JWTPayload> {
    for (const { key, algorithm } of this.#options.keys.candidates(jose.decodeProtectedHeader(token).kid)) {
      try {
        return (await jose.jwtVerify(token, key, { algorithms: [algorithm], issuer })).payload;
      } catch (error) {
        if (!(error instanceof jose.errors.JOSEError)) throw error;
      }
    }
    throw new TokenError("go-jose/go-jose: error in cryptographic primitive");
  }

  /** The Secret must still hold this very token: who empties it takes the token back. */
  async #requireSecret(namespace: string, name: string, token: string): Promise<void> {
    const secret = await this.#options.findSecret(namespace, name);
    const held = Buffer.from(secret?.data?.["token"] ?? "", "base64");
    const shown = Buffer.from(token);
    const isHeld = held.length === shown.length && timingSafeEqual(held, shown);
    if (!secret || secret.metadata.deletionTimestamp || !isHeld)
      throw new TokenError("service account token has been invalidated");
    if (secret.metadata.labels?.[invalidSinceLabel])
      throw new TokenError(
        `the token in secret ${namespace}/${name} has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the '${invalidSinceLabel}' label from the secret to temporarily allow use of this token`,
      );
    this.#options.used?.(secret);
  }
}

function isLegacy(jose: typeof Jose, token: string): boolean {
  try {
    return jose.decodeJwt(token).iss === issuer;
  } catch {
    return false;
  }
}
