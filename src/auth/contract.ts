/** Who is asking, and may they. */
import type { IncomingHttpHeaders } from "node:http";

export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came: repeated headers are not joined. */
  readonly rawHeaders: readonly string[];
  /** What is asked for: some paths may be open to everybody. */
  readonly path?: string;
  /** Query parameters and sub-protocols may carry a bearer token on WebSocket upgrades. */
  readonly webSocketProtocols?: readonly string[];
  /** The verified client certificate, DER. */
  readonly clientCertificate?: Uint8Array;
  /** The client showed a certificate that no authority of this server has signed. */
  readonly refusedCertificate?: boolean;
}

/**
 * Answers a user, nothing where it has no opinion, or throws (rejects with) a 401 `StatusError` where the credential is its own and bad.
 * Synchronous where it can be: it runs on every request.
 */
export interface Authenticator {
  authenticate(credentials: Credentials): User | undefined | Promise<User | undefined>;
}

export interface AuthorizationAttributes {
  readonly user: User;
  readonly verb: string;
  /** Set for resource requests. */
  readonly resource?: {
    readonly group: string;
    readonly version: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly labelSelector?: string;
    readonly fieldSelector?: string;
  };
  /** Set for the others: `/healthz`. */
  readonly path?: string;
}

export interface Decision {
  readonly decision: "allow" | "deny" | "no-opinion";
  readonly reason?: string;
  /** It could not be found out. Whoever is not allowed then hears of that, not of a refusal. */
  readonly error?: string;
}

/** Synchronous where it can be: it runs on every request. */
export interface Authorizer {
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision>;
}
