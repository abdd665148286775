/** The keys that sign and verify service account tokens, and their public documents (OpenID Connect Discovery 1.0, RFC 7517). */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

export type TokenAlgorithm = "ES256" | "ES384" | "ES512" | "RS256";

export interface VerificationKey {
  /** Hash of the public key, as upstream makes it: base64url of SHA-256 over the SubjectPublicKeyInfo. */
  readonly keyId: string;
  readonly algorithm: TokenAlgorithm;
  readonly key: KeyObject;
}

const curveAlgorithms: Readonly<Record<string, TokenAlgorithm>> = {
  prime256v1: "ES256",
  secp384r1: "ES384",
  secp521r1: "ES512",
};

function algorithmOf(key: KeyObject): TokenAlgorithm {
  if (key.asymmetricKeyType === "rsa") return "RS256";
  const algorithm = curveAlgorithms[key.asymmetricKeyDetails?.namedCurve ?? ""];
  if (algorithm === undefined) throw new Error("a service account key is RSA or ECDSA on P-256, P-384 or P-521");
  return algorithm;
}

function verificationKey(key: KeyObject): VerificationKey {
  const der = key.export({ type: "spki", format: "der" });
  return { keyId: createHash("sha256").update(der).digest("base64url"), algorithm: algorithmOf(key), key };
}

export class ServiceAccountKeys {
  readonly signingKey: KeyObject;
  readonly algorithm: TokenAlgorithm;
  readonly keyId: string;
  readonly #verification: ReadonlyMap<string, VerificationKey>;

  /** `signingKey`: a private key, PEM. `formerKeys`: private or public keys, PEM, whose tokens are still accepted. */
  constructor(signingKey: string, formerKeys: readonly string[] = []) {
    this.signingKey = createPrivateKey(signingKey);
    const keys = [signingKey, ...formerKeys].map((text) => verificationKey(createPublicKey(text)));
    this.#verification = new Map(keys.map((key) => [key.keyId, key]));
    this.algorithm = keys[0]!.algorithm;
    this.keyId = keys[0]!.keyId;
  }

  /** The key that a token's header names; all of them where it names none (tokens from before key identifiers). */
  candidates(keyId: string | undefined): readonly VerificationKey[] {
    if (keyId === undefined) return [...this.#verification.values()];
    const key = this.#verification.get(keyId);
    return key ? [key] : [];
  }

  /** The document at /openid/v1/jwks. */
  jsonWebKeySet(): { keys: readonly Record<string, unknown>[] } {
    const keys = [...this.#verification.values()].map(({ key, keyId, algorithm }) => ({
      use: "sig",
      kid: keyId,
      alg: algorithm,
      ...key.export({ format: "jwk" }),
    }));
    return { keys };
  }

  /** The document at /.well-known/openid-configuration. `jwksUri`: absolute. */
  openIdConfiguration(issuer: string, jwksUri: string): Record<string, unknown> {
    const algorithms = [...new Set([...this.#verification.values()].map((key) => key.algorithm))].sort();
    return {
      issuer,
      jwks_uri: jwksUri,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: algorithms,
    };
  }
}
