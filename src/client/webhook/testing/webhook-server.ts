/** A webhook on loopback, with a certificate of its own authority, for tests. */
import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { CertificateAuthority } from "../../../auth/mod.ts";

export interface WebhookRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body. */
  readonly body: unknown;
}

export interface WebhookAnswer {
  readonly status?: number;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Where it sends the caller on to. */
  readonly location?: string;
  /** A string is sent as it is. */
  readonly body: unknown;
}

export type WebhookHandler = (request: WebhookRequest) => WebhookAnswer | Promise<WebhookAnswer>;

export interface WebhookServer {
  readonly port: number;
  readonly url: string;
  /** PEM in base64, as `caBundle` takes it. */
  readonly caBundle: string;
  /** The same of the server's own certificate, without its authority. */
  readonly ownBundle: string;
  /** Connections accepted so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** `names` are what the certificate is for. */
export async function startWebhook(
  handler: WebhookHandler,
  names: readonly string[] = ["127.0.0.1"],
): Promise<WebhookServer> {
  const authority = CertificateAuthority.create("webhook-ca");
  const pair = authority.issue({ commonName: "webhook", alternativeNames: names, usage: "server" });
  let connections = 0;
  const server = https.createServer({ cert: pair.certificate, key: pair.key }, async (request, response) => {
    const url = new URL(request.url ?? "/", "https://webhook");
    const body: unknown = JSON.parse((await text(request)) || "null");
    const answer = await handler({ path: url.pathname, query: url.searchParams, headers: request.headers, body });
    const type = { "content-type": answer.contentType ?? "application/json" };
    response.writeHead(answer.status ?? 200, { ...type, ...(answer.location && { location: answer.location }) });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  });
  server.on("secureConnection", () => connections++);
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `https://127.0.0.1:${port}`,
    caBundle: Buffer.from(authority.certificate).toString("base64"),
    ownBundle: Buffer.from(pair.certificate).toString("base64"),
    get connections() {
      return connections;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
