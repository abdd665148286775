/** Connections to webhooks that stay open between calls, one pool for each authority and server name. */
import type https from "node:https";
import { isIP } from "node:net";
import tls from "node:tls";
import { BoundedMap } from "../bounded-map.ts";
import { ConfiguredAddressAgent } from "../host-loopback.ts";
import { WebhookError } from "./webhook-error.ts";

/** Whom to trust and what to show. */
export interface WebhookTrust {
  /** PEM, base64 as in the API. Absent: the authorities of this system. */
  readonly caBundle?: string;
  /** What the certificate must be for. */
  readonly serverName: string;
  /** PEM: what the caller shows. */
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** Webhooks configured at one time: a cluster has a few; those forgotten are dialled anew. */
const capacity = 128;
const idleMs = 90_000;
const idleConnections = 8;

let systemRoots: readonly string[] | undefined;

/** Read when first needed; where the system has none, those that come with Node. */
function systemAuthorities(): readonly string[] {
  if (!systemRoots) {
    const found = tls.getCACertificates("system");
    systemRoots = found.length > 0 ? found : tls.getCACertificates("bundled");
  }
  return systemRoots;
}

function authorities(caBundle: string | undefined): string | string[] {
  if (!caBundle) return [...systemAuthorities()];
  const pem = Buffer.from(caBundle, "base64").toString("latin1");
  if (pem.includes("-----BEGIN CERTIFICATE-----")) return pem;
  throw new WebhookError("trust", "unable to load root certificates: unable to parse bytes as PEM block");
}

/** Any certificate of the bundle is trusted as it is, as Go has it: envtest and others put the server's own there, not its authority's. */
function secureContext({ caBundle, clientCertificate, clientKey }: WebhookTrust): tls.SecureContext {
  const ca = authorities(caBundle);
  try {
    return tls.createSecureContext({
      ca,
      allowPartialTrustChain: true,
      ...(clientCertificate && clientKey && { cert: clientCertificate, key: clientKey }),
    });
  } catch (error) {
    const why = `unable to load root certificates: unable to parse bytes as PEM block: ${(error as Error).message}`;
    throw new WebhookError("trust", why, { cause: error });
  }
}

/** Names of the common name count for nothing, here as upstream. */
function checkServerIdentity(host: string, certificate: tls.PeerCertificate): Error | undefined {
  if (certificate.subjectaltname) return tls.checkServerIdentity(host, certificate);
  const error = new Error("the certificate has no alternative names");
  return Object.assign(error, { code: "ERR_TLS_CERT_ALTNAME_INVALID", host, cert: certificate });
}

export class WebhookConnections {
  readonly #agents = new BoundedMap<string, https.Agent>(capacity);

  /** Idle connections end by themselves, and keep no process running. Throws a `WebhookError` where the bundle cannot be read. */
  agent(trust: WebhookTrust): https.Agent {
    const key = JSON.stringify([trust.caBundle, trust.serverName, trust.clientCertificate, trust.clientKey]);
    const known = this.#agents.get(key);
    if (known) return known;
    // One pool never mixes authorities, so that a connection is only taken by who would have trusted it.
    const agent = new ConfiguredAddressAgent({
      keepAlive: true,
      maxFreeSockets: idleConnections,
      timeout: idleMs,
      secureContext: secureContext(trust),
      // An address is no server name (RFC 6066); the certificate is checked against it all the same.
      servername: isIP(trust.serverName) ? "" : trust.serverName,
      checkServerIdentity,
    });
    this.#agents.set(key, agent);
    return agent;
  }
}
