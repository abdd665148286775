/** One HTTP request from the API server to something behind it: a node agent, a pod, an endpoint of a service. */
import type http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { nodeHttp } from "../../client/node-http.ts";

export interface BackendRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: Readable;
  /** Connection pool and credentials for https. */
  readonly agent?: https.Agent;
  /** Takes any certificate: pods and services have none that the cluster could know. */
  readonly insecure?: boolean;
  readonly signal: AbortSignal;
}

/** The connection could not be made, or broke before the answer. The message is worded as upstream's clients know it. */
export class BackendError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BackendError";
  }
}

const connectTimeoutMs = 30_000;

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect: connection refused",
  ECONNRESET: "read: connection reset by peer",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ETIMEDOUT: "i/o timeout",
};

function backendError(error: NodeJS.ErrnoException, url: URL): BackendError {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const cause = causes[error.code ?? ""];
  const message = cause ? `dial tcp ${url.hostname}:${port}: ${cause}` : error.message;
  return new BackendError(message, { cause: error });
}

function giveUpOnSilence(request: http.ClientRequest): void {
  request.once("socket", (socket) => {
    if (!socket.connecting) return;
    const silence = Object.assign(new Error("no answer"), { code: "ETIMEDOUT" });
    const timer = setTimeout(() => request.destroy(silence), connectTimeoutMs);
    socket.once("connect", () => clearTimeout(timer));
    socket.once("close", () => clearTimeout(timer));
  });
}

/**
 * A pooled connection may be closed by the other side in the moment it is taken; then nothing was heard of the request,
 * and one that changes nothing and carries nothing can be sent again.
 */
function mayRepeat(
  request: http.ClientRequest,
  error: NodeJS.ErrnoException,
  { method, body }: BackendRequest,
): boolean {
  const closed = error.code === "ECONNRESET" || error.code === "EPIPE";
  return request.reusedSocket && closed && !body && (method === "GET" || method === "HEAD");
}

/**
 * A body says where it ends. Node adds that for some methods only: what came with a DELETE would be the next request of the connection, under
 * the identity that this server tells there.
 */
function framed(headers: http.OutgoingHttpHeaders = {}, body: Readable | undefined): http.OutgoingHttpHeaders {
  const { "content-length": length, "transfer-encoding": _, ...others } = headers;
  if (!body) return others;
  return { ...others, ...(length === undefined ? { "transfer-encoding": "chunked" } : { "content-length": length }) };
}

/** Resolves with the answer's head; its body is still to come. Rejects with `BackendError`. */
export function sendToBackend(backend: BackendRequest): Promise<http.IncomingMessage> {
  const { url, method, headers, agent, insecure, signal, body } = backend;
  // Lenient, as upstream is: servers that end header lines with a bare line feed are met in the field.
  const options = { method, signal, insecureHTTPParser: true, headers: framed(headers, body) };
  const request =
    url.protocol === "https:"
      ? https.request(url, { ...options, ...(agent && { agent }), rejectUnauthorized: !insecure })
      : nodeHttp.request(url, options);
  giveUpOnSilence(request);
  return new Promise((resolve, reject) => {
    request.once("error", (error) => {
      if (mayRepeat(request, error, backend)) resolve(sendToBackend(backend));
      else reject(backendError(error, url));
    });
    request.once("response", resolve);
    if (!body) return request.end();
    body.once("error", () => request.destroy());
    body.pipe(request);
  });
}
