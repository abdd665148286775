/**
 * Service account tokens: JSON Web Tokens bound to a service account and, where asked, to one pod, secret or node. They end with their
 * time or with the object that they are bound to, whichever comes first (KEP-1205, KEP-4193).
 */
import { randomUUID } from "node:crypto";
import type * as Jose from "jose";
import type { ServiceAccountKeys, VerificationKey } from "./service-account-keys.ts";
import { ServiceAccountExtra, serviceAccountUser } from "./service-account-user.ts";
import { type TokenAuthenticator, TokenError, type TokenIdentity } from "./token-authenticator.ts";

export type BoundKind = "ServiceAccount" | "Pod" | "Secret" | "Node";

export interface BoundObject {
  readonly uid: string;
  readonly deletionTimestamp?: string;
}

/** Reads what tokens are bound to. `namespace` is empty for nodes. */
export type BoundObjectLookup = (kind: BoundKind, namespace: string, name: string) => Promise<BoundObject | undefined>;

export interface ObjectIdentity {
  readonly name: string;
  readonly uid: string;
}

export interface TokenIssueRequest {
  readonly namespace: string;
  readonly serviceAccount: ObjectIdentity;
  readonly audiences: readonly string[];
  readonly lifetimeSeconds: number;
  /** Seconds until the use of the token is worth a warning; absent: never. */
  readonly warnAfterSeconds?: number;
  readonly pod?: ObjectIdentity;
  readonly secret?: ObjectIdentity;
  /** For a pod's token, the pod's node; alone, the node that the token is bound to. */
  readonly node?: { readonly name: string; readonly uid?: string };
}

export interface ServiceAccountTokenOptions {
  readonly keys: ServiceAccountKeys;
  /** The first one signs; all are accepted. */
  readonly issuers: readonly [string, ...string[]];
  readonly lookup: BoundObjectLookup;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

interface KubernetesClaims {
  readonly namespace: string;
  readonly serviceaccount: ObjectIdentity;
  readonly pod?: ObjectIdentity;
  readonly secret?: ObjectIdentity;
  readonly node?: { readonly name: string; readonly uid?: string };
  readonly warnafter?: number;
}

/** How far clocks may differ, and how long a token outlives the deletion of what it is bound to. */
const leewaySeconds = 60;

function claimsOf(payload: Jose.JWTPayload): KubernetesClaims {
  const claims = payload["kubernetes.io"] as Partial<KubernetesClaims> | undefined;
  if (!claims?.namespace || !claims.serviceaccount?.name)
    throw new TokenError("service account token has no kubernetes.io claims");
  return claims as KubernetesClaims;
}

function audiencesOf(payload: Jose.JWTPayload): readonly string[] {
  if (payload.aud === undefined) return [];
  return typeof payload.aud === "string" ? [payload.aud] : payload.aud;
}

/** The payload without any check, or nothing where the text is no token at all. */
function peek(jose: typeof Jose, token: string): { payload: Jose.JWTPayload; keyId?: string } | undefined {
  try {
    const keyId = jose.decodeProtectedHeader(token).kid;
    return { payload: jose.decodeJwt(token), ...(keyId !== undefined && { keyId }) };
  } catch {
    return undefined;
  }
}

function intersect(asked: readonly string[], meant: readonly string[]): readonly string[] {
  return asked.filter((audience) => meant.includes(audience));
}

function quoted(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(" ")}]`;
}

export class ServiceAccountTokens implements TokenAuthenticator {
  readonly #options: ServiceAccountTokenOptions;
  readonly #now: () => number;
  /** Tokens that were believed, and those of them that should have been renewed before. */
  readonly counts = { valid: 0, stale: 0 };

  constructor(options: ServiceAccountTokenOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Answers the compact token and when it was made (milliseconds since the epoch, whole seconds). */
  async issue(request: TokenIssueRequest): Promise<{ token: string; issuedAt: number }> {
    const jose = await import("jose");
    const { keys, issuers } = this.#options;
    const issuedAt = Math.floor(this.#now() / 1000);
    const claims: KubernetesClaims = {
      namespace: request.namespace,
      ...(request.node && { node: request.node }),
      ...(request.pod && { pod: request.pod }),
      ...(request.secret && { secret: request.secret }),
      serviceaccount: request.serviceAccount,
      ...(request.warnAfterSeconds !== undefined && { warnafter: issuedAt + request.warnAfterSeconds }),
    };
    const token = await new jose.SignJWT({ "kubernetes.io": claims })
      .setProtectedHeader({ alg: keys.algorithm, kid: keys.keyId })
      .setIssuer(issuers[0])
      .setSubject(`system:serviceaccount:${request.namespace}:${request.serviceAccount.name}`)
      .setAudience([...request.audiences])
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(issuedAt + request.lifetimeSeconds)
      .setJti(randomUUID())
      .sign(keys.signingKey);
    return { token, issuedAt: issuedAt * 1000 };
  }

  async authenticateToken(token: string, audiences: readonly string[]): Promise<TokenIdentity | undefined> {
    const jose = await import("jose");
    const seen = peek(jose, token);
    if (seen === undefined || !this.#options.issuers.includes(seen.payload.iss ?? "")) return undefined;
    const payload = await this.#verified(jose, token, this.#options.keys.candidates(seen.keyId));
    const meant = intersect(audiences, audiencesOf(payload));
    if (meant.length === 0) {
      throw new TokenError(
        `token audiences ${quoted(audiencesOf(payload))} is invalid for the target audiences ${quoted(audiences)}`,
      );
    }
    const claims = claimsOf(payload);
    await this.#requireBoundObjects(claims);
    const isStale = claims.warnafter !== undefined && claims.warnafter * 1000 < this.#now();
    this.counts[isStale ? "stale" : "valid"]++;
    return { user: userOf(claims, payload.jti), audiences: meant, expires: (payload.exp ?? 0) * 1000 };
  }

  async #verified(jose: typeof Jose, token: string, keys: readonly VerificationKey[]): Promise<Jose.JWTPayload> {
    for (const { key, algorithm } of keys) {
      try {
        const options = { algorithms: [algorithm], currentDate: new Date(this.#now()), clockTolerance: leewaySeconds };
        return (await jose.jwtVerify(token, key, { ...options, requiredClaims: ["exp"] })).payload;
      } catch (error) {
        if (error instanceof jose.errors.JWTExpired) throw new TokenError("service account token has expired");
        if (error instanceof jose.errors.JWTClaimValidationFailed && error.claim === "nbf")
          throw new TokenError("service account token is not valid yet");
        if (!(error instanceof jose.errors.JWSSignatureVerificationFailed))
          throw new TokenError("invalid service account token");
      }
    }
    // Clients see what upstream's library says.
    throw new TokenError("go-jose/go-jose: error in cryptographic primitive");
  }

  async #requireBoundObjects(claims: KubernetesClaims): Promise<void> {
    await this.#require("ServiceAccount", claims.namespace, claims.serviceaccount);
    if (claims.secret) await this.#require("Secret", claims.namespace, claims.secret);
    if (claims.pod) await this.#require("Pod", claims.namespace, claims.pod);
    // A pod's token also names its node, for the record; only a token bound to nothing else ends with the node.
    else if (claims.node?.uid !== undefined)
      await this.#require("Node", "", { name: claims.node.name, uid: claims.node.uid });
  }

  async #require(kind: BoundKind, namespace: string, identity: ObjectIdentity): Promise<void> {
    const found = await this.#options.lookup(kind, namespace, identity.name);
    if (found === undefined || found.uid !== identity.uid || this.#deletedLongAgo(found)) {
      throw new TokenError("service account token has been invalidated");
    }
  }

  #deletedLongAgo(object: BoundObject): boolean {
    if (object.deletionTimestamp === undefined) return false;
    return Date.parse(object.deletionTimestamp) + leewaySeconds * 1000 < this.#now();
  }
}

function userOf(claims: KubernetesClaims, tokenId: string | undefined): TokenIdentity["user"] {
  const { name, uid } = claims.serviceaccount;
  return serviceAccountUser(
    { namespace: claims.namespace, name, uid },
    {
      [ServiceAccountExtra.credentialId]: tokenId && `JTI=${tokenId}`,
      [ServiceAccountExtra.nodeName]: claims.node?.name,
      [ServiceAccountExtra.nodeUid]: claims.node?.uid,
      [ServiceAccountExtra.podName]: claims.pod?.name,
      [ServiceAccountExtra.podUid]: claims.pod?.uid,
    },
  );
}
