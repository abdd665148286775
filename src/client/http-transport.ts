/** The API over HTTP/2: one connection for all requests and watches, opened when first needed and again when it breaks. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http2, { type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesObject, metav1 } from "../api/mod.ts";
import { deepFreeze, StatusError, statusFailure } from "../api/narrow.ts";
import type { ApiRequest, Transport, WatchEvent } from "./contract.ts";

export interface HttpTransportOptions {
  /** `https://host:port`. */
  readonly server: string;
  /** PEM. */
  readonly certificateAuthority?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly token?: string;
  /** Read anew for each request: tokens of service accounts are rotated. */
  readonly tokenFile?: string;
  /** Accepts any server certificate. */
  readonly insecure?: boolean;
  readonly userAgent?: string;
  /** Connects to this unix socket; `server` still names the host of the certificate. */
  readonly socketPath?: string;
  /**
   * What the kubeconfig says now, asked at each new connection; a connection is replaced each day, so that a renewed certificate is shown.
   * Where it throws, what was known serves.
   */
  renewed?(): Omit<HttpTransportOptions, "renewed">;
  /** The name in the server's certificate, where it is not that of `server`. For upgraded connections. */
  readonly serverName?: string;
}

/** A connection that says nothing for so long is asked whether it still stands. */
const pingAfterMs = 15_000;
const pingTimeoutMs = 10_000;
const longestSessionMs = 24 * 60 * 60 * 1000;
/** How often a request is sent again that a busy server has turned away. */
const maximumRetries = 10;
/** The longest line of a watch: one object. */
const lineLimit = 64 * 1024 * 1024;

export function httpTransport(options: HttpTransportOptions): Transport {
  return new HttpTransport(options);
}

class HttpTransport implements Transport {
  #options: HttpTransportOptions;
  #session: ClientHttp2Session | undefined;
  /** When the session was opened, in milliseconds of `performance.now`. */
  #openedAt = 0;

  constructor(options: HttpTransportOptions) {
    this.#options = options;
  }

  async request(request: ApiRequest): Promise<unknown> {
    const { stream, status, isJson } = await this.#send(request);
    const body = await readAll(stream, request.signal);
    if (status >= 400) throw statusError(status, body);
    if (body.length === 0) return undefined;
    return isJson ? deepFreeze(withItemKinds(JSON.parse(body.toString("utf8")))) : body.toString("utf8");
  }

  async *watch(request: ApiRequest): AsyncIterable<WatchEvent<KubernetesObject>> {
    const { stream, status } = await this.#send(request);
    if (status >= 400) throw statusError(status, await readAll(stream, request.signal));
    try {
      for await (const line of lines(stream)) {
        const event = JSON.parse(line) as WatchEvent<KubernetesObject> | { type: "ERROR"; object: metav1.Status };
        if (event.type === "ERROR") throw new StatusError(event.object as metav1.Status);
        yield deepFreeze(event as WatchEvent<KubernetesObject>);
      }
    } catch (error) {
      if (!request.signal?.aborted) throw error;
    } finally {
      stream.close(http2.constants.NGHTTP2_CANCEL);
    }
  }

  async stream(request: ApiRequest): Promise<ReadableStream<Uint8Array>> {
    const { stream, status } = await this.#send(request);
    if (status >= 400) throw statusError(status, await readAll(stream, request.signal));
    return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (!session || session.destroyed) return;
    session.destroy();
    await once(session, "close");
  }

  /** A server that has no room now says when to come again: nothing was done, so a write is sent again too. */
  async #send(request: ApiRequest): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#sendConnected(request);
      const { status, retryAfterSeconds, stream } = answer;
      if (status !== 429 || retryAfterSeconds === undefined || attempt > maximumRetries) return answer;
      stream.close(http2.constants.NGHTTP2_CANCEL);
      await pause(retryAfterSeconds * 1000, undefined, request.signal && { signal: request.signal });
    }
  }

  async #sendConnected(request: ApiRequest): Promise<Answer> {
    request.signal?.throwIfAborted();
    const known = this.#session;
    try {
      return await this.#sendOnce(request);
    } catch (error) {
      // A connection may turn out to be dead only when it is used; asking again is harmless where nothing was changed.
      const isWorthAnother = known && request.method === "GET" && !request.signal?.aborted;
      if (!isWorthAnother) throw error;
      if (this.#session === known) this.#session = undefined;
      return this.#sendOnce(request);
    }
  }

  async #sendOnce(request: ApiRequest): Promise<Answer> {
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const stream = this.#connect().request(this.#headers(request, body), { endStream: body === undefined });
    const abort = () => stream.close(http2.constants.NGHTTP2_CANCEL);
    request.signal?.addEventListener("abort", abort, { once: true });
    stream.once("close", () => request.signal?.removeEventListener("abort", abort));
    if (body !== undefined) stream.end(body);
    return { stream, ...(await answerHead(stream, request)) };
  }

  #headers(request: ApiRequest, body: string | undefined): http2.OutgoingHttpHeaders {
    const { userAgent, token, tokenFile } = this.#options;
    const bearer = tokenFile ? readFileSync(tokenFile, "utf8").trim() : token;
    return {
      ":method": request.method,
      ":path": request.path + queryString(request.query),
      accept: request.accept ?? "application/json, */*",
      "user-agent": userAgent ?? "kubets",
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      ...(body === undefined ? {} : { "content-type": request.contentType ?? "application/json" }),
    };
  }

  #connect(): ClientHttp2Session {
    this.#retire();
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session;
    this.#renew();
    const { server, certificateAuthority, clientCertificate, clientKey, insecure, socketPath } = this.#options;
    const session = http2.connect(server, {
      ...(certificateAuthority ? { ca: certificateAuthority, allowPartialTrustChain: true } : {}),
      ...(clientCertificate ? { cert: clientCertificate } : {}),
      ...(clientKey ? { key: clientKey } : {}),
      rejectUnauthorized: !insecure,
      settings: { initialWindowSize: 1024 * 1024 },
      ...(socketPath && { path: socketPath }),
    });
    session.once("connect", () => session.setLocalWindowSize(16 * 1024 * 1024));
    // Each stream reports the failure to whoever waits for it.
    session.on("error", () => {});
    session.on("goaway", () => {
      if (this.#session === session) this.#session = undefined;
    });
    keepAlive(session);
    this.#session = session;
    this.#openedAt = performance.now();
    return session;
  }

  /** What is under way on an old connection goes on there until it ends. */
  #retire(): void {
    if (!this.#options.renewed || performance.now() - this.#openedAt < longestSessionMs) return;
    this.#session?.close();
    this.#session = undefined;
  }

  #renew(): void {
    const { renewed, userAgent } = this.#options;
    if (!renewed) return;
    try {
      this.#options = { ...renewed(), renewed, ...(userAgent && { userAgent }) };
    } catch {
      // It is being written; the next connection asks again.
    }
  }
}

/** Ends a connection whose other side is gone without a word, so that its watches start again. */
function keepAlive(session: ClientHttp2Session): void {
  session.setTimeout(pingAfterMs, () => {
    if (session.destroyed || session.closed) return;
    const timer = setTimeout(() => session.destroy(), pingTimeoutMs).unref();
    session.ping(() => clearTimeout(timer));
  });
}

interface AnswerHead {
  readonly status: number;
  readonly isJson: boolean;
  readonly retryAfterSeconds?: number;
}

interface Answer extends AnswerHead {
  readonly stream: ClientHttp2Stream;
}

function answerHead(stream: ClientHttp2Stream, { signal, onWarning }: ApiRequest): Promise<AnswerHead> {
  return new Promise((resolve, reject) => {
    stream.once("response", (headers) => {
      for (const warning of warnings(headers["warning"])) onWarning?.(warning);
      const isJson = (headers["content-type"] ?? "").includes("json");
      const retryAfterSeconds = Number.parseInt(String(headers["retry-after"] ?? ""), 10);
      const status = Number(headers[":status"]);
      resolve({ status, isJson, ...(retryAfterSeconds >= 0 && { retryAfterSeconds }) });
    });
    stream.on("error", reject);
    // A stream that ends before it answered: cancelled by the caller, or the connection broke.
    stream.once("close", () =>
      reject(signal?.aborted ? signal.reason : new Error("the connection to the API server broke")),
    );
  });
}

/** Items of a list leave out what the list says for them all; here every object says what it is. */
function withItemKinds(value: unknown): unknown {
  const list = value as { apiVersion?: string; kind?: string; items?: unknown };
  if (!list.kind?.endsWith("List") || !Array.isArray(list.items)) return value;
  const { apiVersion } = list;
  const kind = list.kind.slice(0, -"List".length);
  const items = list.items.map((item: object) => ("kind" in item ? item : { apiVersion, kind, ...item }));
  return { ...list, items };
}

/** Texts of RFC 7234 Warning headers: `299 - "text"`, several joined with commas. */
function warnings(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(", ") : (header ?? "");
  return [...text.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!.replace(/\\(.)/g, "$1"));
}

function queryString(query: ApiRequest["query"]): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) parameters.append(name, one);
  return parameters.size === 0 ? "" : `?${parameters}`;
}

/** Rejects with the signal's reason where it aborts meanwhile. */
async function readAll(stream: ClientHttp2Stream, signal: AbortSignal | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } finally {
    signal?.throwIfAborted();
  }
  return Buffer.concat(chunks);
}

async function* lines(stream: ClientHttp2Stream): AsyncIterable<string> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)]).toString("utf8");
      rest = [];
      length = 0;
      start = end + 1;
      if (line !== "") yield line;
    }
    rest.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > lineLimit) throw new Error("a line of the watch is too long");
  }
}

/** What a status code says where the answer is no Status: upstream's clients use these words. */
const generic: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  401: ["Unauthorized", "the server has asked for the client to provide credentials"],
  404: ["NotFound", "the server could not find the requested resource"],
  405: ["MethodNotAllowed", "the server does not allow this method on the requested resource"],
  406: ["NotAcceptable", "the server was unable to respond with a content type that the client supports"],
  415: [
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json",
  ],
  429: ["TooManyRequests", "the server has received too many requests and has asked us to try again later"],
};

function genericReason(code: number, text: string): readonly [reason: string, message: string] {
  if (code === 403)
    return ["Forbidden", text || "the server rejected our request due to authentication or authorization"];
  if (code === 503) return ["ServiceUnavailable", text || "the server is currently unable to handle the request"];
  if (code < 500) return generic[code] ?? ["Unknown", text || `the server responded with the status code ${code}`];
  const said = text ? ` (${JSON.stringify(text)})` : "";
  return ["InternalError", `an error on the server${said} has prevented the request from succeeding`];
}

/** The server's Status, or one made from what a proxy in between answered, whose text may be `wrapped`. */
export function statusError(code: number, body: Buffer, wrapped?: (text: string) => string): StatusError {
  const text = body.toString("utf8").trim();
  try {
    const status = JSON.parse(text) as metav1.Status;
    if (status.kind === "Status") return new StatusError(status);
  } catch {
    // Not JSON: a text for people.
  }
  const [reason, message] = genericReason(code, text);
  return statusFailure(code, reason, text && wrapped ? wrapped(text) : message);
}
