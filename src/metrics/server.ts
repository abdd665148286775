/** The group's own API server over TLS, which the cluster's one passes requests on to. */
import type { IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { isStatusError, statusFailure } from "../api/mod.ts";
import type { KeyPair } from "../auth/mod.ts";
import { endable } from "../client/mod.ts";
import type { Access } from "./access.ts";
import { answerMetrics } from "./answer.ts";
import { aggregatedDocument, aggregatedType, documentAt } from "./documents.ts";
import type { Readings } from "./readings.ts";
import { methodNotAllowed, noSuchResource, notAcceptable } from "./refusals.ts";
import { formOf, metricsRequest } from "./request.ts";

export interface ServerOptions {
  /** What it shows. */
  readonly serving: KeyPair;
  /** PEM: whose client certificates are asked for. */
  readonly clientAuthority: string;
  readonly address: string;
  readonly access: Access;
  readonly readings: Readings;
  readonly log: Logger;
}

/** The API server keeps a few open; pods reach this port too, and files that the process may open are the store's as well. */
const mostConnections = 256;
const healthPaths = ["/healthz", "/livez", "/readyz"];

export class MetricsApi {
  readonly #options: ServerOptions;
  readonly #server: https.Server;
  readonly #end: () => Promise<void>;

  constructor(options: ServerOptions) {
    this.#options = options;
    const { certificate, key } = options.serving;
    this.#server = https.createServer(
      // Who has no certificate may have a token.
      { cert: certificate, key, ca: options.clientAuthority, requestCert: true, rejectUnauthorized: false },
      (request, response) => void this.#handle(request, response),
    );
    this.#server.maxConnections = mostConnections;
    this.#server.on("clientError", (_, socket) => socket.destroy());
    this.#end = endable(this.#server);
  }

  /** For connections from now on. */
  useCertificate({ certificate, key }: KeyPair): void {
    this.#server.setSecureContext({ cert: certificate, key, ca: this.#options.clientAuthority });
  }

  /** Resolves with the port. */
  async start(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ port: 0, host: this.#options.address }, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): Promise<void> {
    return this.#end();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { pathname, searchParams } = new URL(request.url ?? "/", "https://metrics");
      if (healthPaths.includes(pathname)) return void response.writeHead(200, textHeaders).end("ok");
      await this.#route(request, response, { path: pathname, query: searchParams });
    } catch (error) {
      if (!isStatusError(error)) this.#options.log.warn({ err: error }, "a request for metrics failed");
      const status = isStatusError(error)
        ? error.status
        : statusFailure(500, "InternalError", (error as Error).message).status;
      send(response, status.code ?? 500, status);
    }
  }

  async #route(
    request: IncomingMessage,
    response: ServerResponse,
    { path, query }: { readonly path: string; readonly query: URLSearchParams },
  ): Promise<void> {
    const { access, readings } = this.#options;
    const user = await access.userOf(request);
    const { accept } = request.headers;
    if (request.method !== "GET") throw methodNotAllowed();
    const wanted = metricsRequest(path, query);
    if (!wanted) {
      await access.mayGetPath(user, path);
      return sendDocument(response, path, accept);
    }
    await access.mayRead(user, wanted);
    const form = formOf(accept);
    if (!form) throw notAcceptable();
    const table = { version: form.version, include: query.get("includeObject") || "Metadata" };
    send(response, 200, answerMetrics(readings, wanted, form.table ? table : undefined));
  }
}

const textHeaders = { "content-type": "text/plain; charset=utf-8" };

function sendDocument(response: ServerResponse, path: string, accept = ""): void {
  if (path === "/apis" && accept.includes("APIGroupDiscoveryList") && accept.includes("v=v2"))
    send(response, 200, aggregatedDocument(), aggregatedType);
  else {
    const document = documentAt(path);
    if (!document) throw noSuchResource();
    send(response, 200, document);
  }
}

function send(response: ServerResponse, status: number, body: object, type = "application/json"): void {
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
}
