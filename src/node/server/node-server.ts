/** The node API, which the API server calls for logs, exec, attach, port-forward and figures: the kubelet's paths over TLS. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Logger } from "pino";
import type { Registry } from "prom-client";
import { endable } from "../../client/mod.ts";
import type { ServingOptions } from "../options.ts";
import { messageOf } from "../runtime/errors.ts";
import { resourceMetrics } from "../stats/resource-metrics.ts";
import { statsSummary } from "../stats/summary.ts";
import { accessOf, callerOf } from "./access.ts";
import type { AccessReviews } from "./access-reviews.ts";
import { answerJson, answerText, Refusal } from "./answers.ts";
import { sendContainerLog } from "./container-logs.ts";
import type { DirectoryEntry, PodDirectory } from "./directory.ts";
import { type StreamKind, serveStream, streamRequest } from "./streams.ts";

/** Longer than any client keeps a connection for later: one that is closed here while it is taken up there fails a request. */
const keepAliveMs = 10 * 60_000;

const streamKinds: readonly string[] = ["exec", "attach", "portForward"] satisfies StreamKind[];

export interface NodeServerContext {
  readonly log: Logger;
  readonly metrics: Registry;
  /** Decides of those whom the options do not name; absent: they are refused. */
  readonly reviews?: AccessReviews;
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export class NodeServer {
  readonly #options: ServingOptions;
  readonly #directory: PodDirectory;
  readonly #log: Logger;
  readonly #metrics: Registry;
  readonly #reviews: AccessReviews | undefined;
  readonly #server: Server;
  readonly #end: () => Promise<void>;

  constructor(options: ServingOptions, directory: PodDirectory, { log, metrics, reviews }: NodeServerContext) {
    this.#options = options;
    this.#directory = directory;
    this.#log = log;
    this.#metrics = metrics;
    this.#reviews = reviews;
    this.#server = createServer({
      cert: options.certificate,
      key: options.privateKey,
      ca: options.clientAuthority,
      requestCert: true,
      // Who has no certificate gets an answer that says so.
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
    });
    this.#end = endable(this.#server);
    this.#server.keepAliveTimeout = keepAliveMs;
    this.#server.on("request", (request, response) => void this.#handle({ request, response }));
    this.#server.on("upgrade", (request, socket, head) => void this.#upgrade(request, socket, head));
    this.#server.on("clientError", (_, socket) => socket.destroy());
  }

  /** For connections from now on. PEM. */
  useCertificate({ certificate, key }: { readonly certificate: string; readonly key: string }): void {
    this.#server.setSecureContext({
      cert: certificate,
      key,
      ca: this.#options.clientAuthority,
      minVersion: "TLSv1.2",
    });
  }

  /** Resolves with the port. */
  async start(): Promise<number> {
    const { port, address } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ port, host: address }, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): Promise<void> {
    return this.#end();
  }

  async #admit({ socket, headers, method = "", url = "/" }: IncomingMessage): Promise<void> {
    const access = accessOf(socket as TLSSocket, this.#options);
    if (access === "allowed") return;
    const token = /^bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
    const who = access === "forbidden" ? callerOf(socket as TLSSocket) : token;
    if (who === undefined) throw new Refusal(401, "Unauthorized");
    if (!this.#reviews) throw access === "forbidden" ? new Refusal(403, "Forbidden") : new Refusal(401, "Unauthorized");
    await this.#reviews.admit(who, method, new URL(url, "https://node").pathname);
  }

  async #handle(call: Call): Promise<void> {
    try {
      await this.#admit(call.request);
      await this.#route(call);
    } catch (error) {
      this.#refuse(call.response, error);
    }
  }

  #refuse(response: ServerResponse, error: unknown): void {
    if (!(error instanceof Refusal)) this.#log.warn({ error: messageOf(error) }, "a request to the node API failed");
    if (response.headersSent) response.destroy();
    else answerText(response, error instanceof Refusal ? error.status : 500, messageOf(error));
  }

  async #route({ request, response }: Call): Promise<void> {
    const url = new URL(request.url ?? "/", "https://node");
    const [first = "", ...rest] = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
    if (first === "containerLogs") {
      const [namespace = "", pod = "", container = ""] = rest;
      return sendContainerLog(await this.#find(namespace, pod), container, url.searchParams, { request, response });
    }
    if (streamKinds.includes(first)) throw new Refusal(400, "Upgrade request required");
    const directory = this.#directory;
    switch (url.pathname) {
      case "/healthz":
      case "/healthz/ping":
        return answerText(response, 200, "ok");
      case "/pods":
      case "/runningpods/":
        return answerJson(response, { kind: "PodList", apiVersion: "v1", metadata: {}, items: directory.list() });
      case "/configz":
        return answerJson(response, { kubeletconfig: directory.configuration() });
      case "/stats/summary":
        return answerJson(response, statsSummary(await directory.stats(), directory.list()));
      case "/metrics":
        return answerText(response, 200, await this.#metrics.metrics());
      case "/metrics/resource":
        return answerText(response, 200, resourceMetrics(await directory.usage()));
      default:
        throw new Refusal(404, "404 page not found");
    }
  }

  async #find(namespace: string, name: string, uid?: string): Promise<DirectoryEntry> {
    const entry = await this.#directory.find(namespace, name, uid);
    if (entry === undefined) throw new Refusal(404, `pod "${name}" does not exist`);
    return entry;
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    try {
      await this.#admit(request);
      const url = new URL(request.url ?? "/", "https://node");
      const parts = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
      const [kind = "", namespace = "", name = "", ...more] = parts;
      if (!streamKinds.includes(kind)) throw new Refusal(404, "404 page not found");
      // The pod's uid may stand before the container.
      const container = kind === "portForward" ? undefined : more.at(-1);
      const uid = kind === "portForward" ? more[0] : more.length > 1 ? more[0] : undefined;
      const entry = await this.#find(namespace, name, uid);
      const wanted = streamRequest(kind as StreamKind, entry, container, url.searchParams);
      serveStream(await entry.runtime.stream(wanted), { request, socket, head });
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 500;
      const text = messageOf(error);
      socket.end(
        `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
      );
    }
  }
}
