/**
 * The client's way to the server in the same process: the same steps as a request over the network, authorization and admission included, but
 * without bytes. What comes back is frozen and shared with the server's cache.
 */

import { randomUUID } from "node:crypto";
import type { KubernetesObject, StatusError } from "../api/mod.ts";
import type { Authorizer, User } from "../auth/mod.ts";
import type { ApiRequest, Clock, Transport, WatchEvent } from "../client/mod.ts";
import type { Audit } from "./audit/audit.ts";
import { AuditedBody } from "./audit/audited-body.ts";
import type { AuditedRequest } from "./audit/audited-request.ts";
import { plainObject } from "./encode/answer-body.ts";
import { asksForMetadata, plainMetadata, plainMetadataOf } from "./encode/plain-metadata.ts";
import { badRequest, expired, noSuchResource, toStatusError, unavailable } from "./errors.ts";
import { EventLoopShare } from "./event-loop-share.ts";
import { MemoryExchange } from "./http/memory-exchange.ts";
import type { ResourceTable } from "./registry/resource-table.ts";
import type { WatchItem } from "./registry/watch-item.ts";
import type { Answer } from "./request/answer.ts";
import { authorize } from "./request/authorization.ts";
import type { ConnectionHandler, Connections } from "./request/connection.ts";
import { dispatch, findTarget } from "./request/dispatch.ts";
import { operationOf } from "./request/operation-of.ts";
import type { PathRoutes } from "./request/path-routes.ts";
import type { RemoteApis, RemoteHandler } from "./request/remote-apis.ts";
import { type RemoteRequest, requestRemote, watchRemote } from "./request/remote-in-process.ts";
import { type RequestInfo, requestInfo } from "./request/request-info.ts";
import { ValueBody } from "./request/value-body.ts";

export interface InProcessOptions {
  readonly table: ResourceTable;
  readonly authorizer: Authorizer;
  readonly connections: Connections;
  readonly paths: PathRoutes;
  readonly audit?: Audit;
  /** Group versions that other servers answer for. */
  readonly remote?: RemoteApis;
  readonly clock: Clock;
  readonly user: User;
  /** Owner of the fields that writes without a `fieldManager` set. */
  readonly userAgent: string;
}

/** One, as there is one event loop. */
const eventLoopShare = new EventLoopShare();

/** Events that may wait for a consumer; past it the watch ends with a 410, and an informer lists again. */
const maximumWaitingEvents = 100_000;

export class InProcessTransport implements Transport {
  readonly #options: InProcessOptions;
  readonly #closed = new AbortController();

  constructor(options: InProcessOptions) {
    this.#options = options;
  }

  async request(request: ApiRequest): Promise<unknown> {
    const pause = eventLoopShare.take();
    if (pause) await pause;
    const handler = this.#options.remote?.find(request.path);
    if (handler) return requestRemote(await this.#toRemote(handler, request));
    if (!isResourcePath(request.path)) return this.#path(request);
    const { answer, audited } = await this.#answer(request);
    if (answer.type === "watch") throw badRequest("a watch is asked for by watch()");
    audited?.answered(answer);
    audited?.complete(answer.type === "entries" ? 200 : answer.status);
    return asksForMetadata(request.accept) ? plainMetadata(answer) : plainObject(answer);
  }

  async *watch(request: ApiRequest): AsyncIterable<WatchEvent<KubernetesObject>> {
    const watching = { ...request, query: { ...request.query, watch: "true" } };
    const handler = this.#options.remote?.find(request.path);
    if (handler) return yield* watchRemote(await this.#toRemote(handler, watching));
    const { answer, audited } = await this.#answer(watching);
    if (answer.type !== "watch") throw badRequest("this path cannot be watched");
    audited?.started(200);
    try {
      yield* eventsOf(answer, this.#signalsOf(request), asksForMetadata(request.accept));
    } finally {
      audited?.complete(200);
    }
  }

  #signalsOf({ signal }: ApiRequest): readonly AbortSignal[] {
    return [this.#closed.signal, ...(signal ? [signal] : [])];
  }

  #signalOf(request: ApiRequest): AbortSignal {
    return AbortSignal.any([...this.#signalsOf(request)]);
  }

  async #toRemote(handler: RemoteHandler, request: ApiRequest): Promise<RemoteRequest> {
    const { user, audited } = await this.#admit(request);
    audited?.complete(200);
    return { handler, user, request, signal: this.#signalOf(request) };
  }

  async stream(request: ApiRequest): Promise<ReadableStream<Uint8Array>> {
    const { info, user, audited } = await this.#admit(request);
    audited?.complete(200);
    const target = info.resource;
    const handler = target && this.#connection(target.resource, target.subresource);
    if (!handler) throw noSuchResource();
    const exchange = new MemoryExchange(request, this.#signalOf(request));
    return exchange.run(handler({ user, request: target, query: info.query, via: { type: "exchange", exchange } }));
  }

  async close(): Promise<void> {
    this.#closed.abort();
  }

  #connection(resource: string, subresource: string): ConnectionHandler | undefined {
    return this.#options.connections.get(`${resource}/${subresource}`);
  }

  async #admit({ method, path, query }: ApiRequest) {
    if (this.#closed.signal.aborted) throw unavailable("the connection to the server is closed");
    const info = requestInfo(method, path, searchOf(query));
    const { user, authorizer } = this.#options;
    const audited = this.#audit(info);
    try {
      const pending = authorize(authorizer, user, info, audited && ((decision) => audited.decided(decision)));
      if (pending) await pending;
    } catch (error) {
      refuseAudited(audited, error);
      throw error;
    }
    return { info, user, audited };
  }

  #audit(info: RequestInfo): AuditedRequest | undefined {
    const { audit, user, userAgent } = this.#options;
    if (!audit) return undefined;
    const target = info.query.size > 0 ? `${info.path}?${info.query}` : info.path;
    const exchange = { target, headers: { "user-agent": userAgent }, peer: here };
    return audit.begin({ auditId: randomUUID(), info, exchange, user });
  }

  async #answer(request: ApiRequest): Promise<{ readonly answer: Answer; readonly audited: Audited }> {
    const { info, user, audited } = await this.#admit(request);
    try {
      if (!info.resource) throw noSuchResource();
      const target = findTarget(this.#options.table, info.resource);
      const body = new ValueBody(request.body, request.contentType);
      const { userAgent, clock } = this.#options;
      const source = {
        info,
        request: info.resource,
        user,
        userAgent,
        applies: body.applies,
        now: clock.now(),
        signal: once(() => this.#signalOf(request)),
        warn: () => {},
        ...(audited && { annotate: (key: string, value: string) => audited.annotate(key, value) }),
      };
      const noted = audited ? new AuditedBody(body, audited) : body;
      const call = { info, request: info.resource, operation: operationOf(source), body: noted };
      return { answer: await dispatch(target, call), audited };
    } catch (error) {
      refuseAudited(audited, error);
      throw toStatusError(error);
    }
  }

  async #path(request: ApiRequest): Promise<unknown> {
    const { info, audited } = await this.#admit(request);
    audited?.complete(200);
    const answer = await this.#options.paths.find(info.path)?.({ info, headers: { accept: "application/json" } });
    if (!answer || answer.status >= 400) throw noSuchResource();
    const text = Buffer.from(answer.body).toString();
    return answer.contentType.startsWith("application/json") ? JSON.parse(text) : text;
  }
}

/** What `make` answered first. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

type Audited = AuditedRequest | undefined;

/** This very process. */
const here = Object.freeze({ address: "127.0.0.1:0", local: true, refusedCertificate: false });

function refuseAudited(audited: Audited, error: unknown): void {
  if (!audited) return;
  const { status, code } = toStatusError(error);
  audited.answeredStatus(status);
  audited.complete(code);
}

function isResourcePath(path: string): boolean {
  return requestInfo("GET", path, emptyQuery).resource !== undefined;
}

const emptyQuery = new URLSearchParams();

function searchOf(query: ApiRequest["query"]): URLSearchParams {
  if (!query) return emptyQuery;
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (typeof value === "string") search.append(key, value);
    else for (const one of value ?? []) search.append(key, one);
  }
  return search;
}

type WatchAnswer = Extract<Answer, { readonly type: "watch" }>;

/** A queue between the server, which never waits, and the consumer, which may. */
async function* eventsOf(
  answer: WatchAnswer,
  signals: readonly AbortSignal[],
  metadataOnly: boolean,
): AsyncGenerator<WatchEvent<KubernetesObject>> {
  let waiting: WatchItem[] = [];
  let over = false;
  let failure: StatusError | undefined;
  let wake = () => {};
  const end = (error?: StatusError) => {
    over = true;
    failure ??= error;
    wake();
  };
  const watch = answer.open({
    items(items) {
      if (waiting.length + items.length > maximumWaitingEvents) return end(expired("too many events wait to be taken"));
      for (const item of items) waiting.push(item);
      wake();
    },
    end,
    keepsObjects: !metadataOnly,
  });
  // Of its own: a signal made of several looks at all of them each time it is asked, and here that is for each event.
  let aborted = signals.some((signal) => signal.aborted);
  const abort = () => {
    aborted = true;
    end();
  };
  for (const signal of signals) signal.addEventListener("abort", abort);
  try {
    while (!aborted) {
      const batch = waiting;
      waiting = [];
      for (const item of batch) {
        if (aborted) return;
        yield eventOf(answer, item, metadataOnly);
      }
      if (waiting.length > 0) continue;
      if (over) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (failure && !aborted) throw failure;
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", abort);
    watch.stop();
  }
}

function eventOf({ view }: WatchAnswer, item: WatchItem, metadataOnly: boolean): WatchEvent<KubernetesObject> {
  if (item.type !== "BOOKMARK") {
    const { type, entry } = item;
    return { type, object: metadataOnly ? plainMetadataOf(view, entry) : view.object(entry) };
  }
  const { kind, apiVersion } = view.info;
  const annotations = { "k8s.io/initial-events-end": "true" };
  const metadata = { resourceVersion: String(item.revision), ...(item.initialEnd && { annotations }) };
  return { type: "BOOKMARK", object: { kind, apiVersion, metadata: metadata as KubernetesObject["metadata"] } };
}
