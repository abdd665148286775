/** An issuer of tokens outside the cluster: OpenID Connect discovery over TLS on loopback. */
import { once } from "node:events";
import https from "node:https";
import type { AddressInfo } from "node:net";
import * as jose from "jose";
import { CertificateAuthority } from "../certificates/certificate-authority.ts";

export interface TokenIssuer {
  readonly url: string;
  /** PEM. */
  readonly authority: string;
  /** How often its keys were asked for. */
  readonly keyRequests: () => number;
  token(
    claims: Record<string, unknown>,
    options?: { readonly keyId?: string; readonly audience?: string },
  ): Promise<string>;
  /** From now on it signs with another key. */
  rotate(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTokenIssuer(now: () => number): Promise<TokenIssuer> {
  const authority = CertificateAuthority.create("authority of issuers");
  const pair = authority.issue({ commonName: "issuer", alternativeNames: ["127.0.0.1"], usage: "server" });
  let keys = await makeKeys("first");
  let asked = 0;
  const server = https.createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const isKeys = request.url === "/keys";
    if (isKeys) asked++;
    response.end(JSON.stringify(isKeys ? { keys: [keys.jwk] } : { issuer: url, jwks_uri: `${url}/keys` }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    authority: authority.certificate,
    keyRequests: () => asked,
    token: (claims, { keyId = keys.id, audience = "kubets" } = {}) =>
      new jose.SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", kid: keyId })
        .setIssuer(url)
        .setAudience(audience)
        .setIssuedAt(Math.floor(now() / 1000))
        .setExpirationTime(Math.floor(now() / 1000) + 600)
        .sign(keys.privateKey),
    async rotate() {
      keys = await makeKeys("second");
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function makeKeys(id: string) {
  const { privateKey, publicKey } = await jose.generateKeyPair("ES256");
  return { id, privateKey, jwk: { ...(await jose.exportJWK(publicKey)), kid: id, alg: "ES256", use: "sig" } };
}
