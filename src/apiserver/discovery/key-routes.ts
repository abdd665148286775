/** What others need to check this cluster's service account tokens: the issuer's description and its public keys (OpenID Connect discovery). */
import type { ServiceAccountKeys } from "../../auth/mod.ts";
import type { PathRoutes } from "../request/path-routes.ts";

export interface KeyRouteOptions {
  readonly keys: ServiceAccountKeys;
  readonly issuer: string;
  /** `https://host:port` */
  serverUrl(): string;
}

const maxAge = { "cache-control": "public, max-age=3600" };

export function addKeyRoutes(paths: PathRoutes, { keys, issuer, serverUrl }: KeyRouteOptions): void {
  paths.add("/.well-known/openid-configuration", () => ({
    status: 200,
    contentType: "application/json",
    body: Buffer.from(JSON.stringify(keys.openIdConfiguration(issuer, `${serverUrl()}/openid/v1/jwks`))),
    headers: maxAge,
  }));
  paths.add("/openid/v1/jwks", () => ({
    status: 200,
    contentType: "application/jwk-set+json",
    body: Buffer.from(JSON.stringify(keys.jsonWebKeySet())),
    headers: maxAge,
  }));
}
