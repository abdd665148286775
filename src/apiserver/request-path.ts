/**
 * The way of a request through the server, step by step; `docs/request-path.md` draws it. Each step either goes on or throws the
 * `StatusError` that is then the answer.
 */
import type { Logger } from "pino";
import { YamlThreads } from "../api/mod.ts";
import type { Authenticator, Authorizer, User } from "../auth/mod.ts";
import { type Clock, upgradeKind } from "../client/mod.ts";
import type { Audit } from "./audit/audit.ts";
import { AuditedBody } from "./audit/audited-body.ts";
import { auditedExchange } from "./audit/audited-exchange.ts";
import type { AuditedRequest } from "./audit/audited-request.ts";
import { negotiate, partialKinds, type Representation, resourceKinds } from "./encode/accept.ts";
import { encodeOne } from "./encode/answer-body.ts";
import { encodeList } from "./encode/list-answer.ts";
import { includedObject } from "./encode/table.ts";
import { methodNotAllowed, noSuchResource, toStatusError } from "./errors.ts";
import type { Exchange, UpgradeExchange } from "./http/exchange.ts";
import { readBody } from "./http/read-body.ts";
import { watchOverWebSocket } from "./http/watch-over-websocket.ts";
import type { AccessMetrics } from "./metrics/access-metrics.ts";
import type { Value } from "./metrics/families.ts";
import type { RequestMetrics } from "./metrics/request-metrics.ts";
import type { WatchMetrics } from "./metrics/watch-metrics.ts";
import { type Operation, refuseAbandoned } from "./registry/operation.ts";
import type { ResourceTable } from "./registry/resource-table.ts";
import { after } from "./request/after.ts";
import type { Answer } from "./request/answer.ts";
import { AnswerSender, isPretty } from "./request/answer-sender.ts";
import { authenticate } from "./request/authentication.ts";
import { authorize } from "./request/authorization.ts";
import type { ConnectionHandler, Connections } from "./request/connection.ts";
import { timeoutOf } from "./request/deadline.ts";
import { Deadlines } from "./request/deadlines.ts";
import { dispatch, findTarget, isCustomResource, isNoPage } from "./request/dispatch.ts";
import { HttpBody } from "./request/http-body.ts";
import { asksForImpersonation, Impersonation } from "./request/impersonation/impersonation.ts";
import { JointWrites } from "./request/joint-writes.ts";
import { requestTimeoutMs } from "./request/limits.ts";
import { operationOf } from "./request/operation-of.ts";
import { type PathRoutes, pageNotFound } from "./request/path-routes.ts";
import { refuseUpgrade } from "./request/refuse-upgrade.ts";
import type { RemoteApis } from "./request/remote-apis.ts";
import { parseRequest, type RequestInfo, type ResourceRequest } from "./request/request-info.ts";
import { auditIdOf, RequestRecord } from "./request/request-record.ts";
import { isRefusedSeat, type Seats } from "./request/seats.ts";
import { serveWatch, type WatchStreamOptions } from "./request/watch-stream.ts";
import type { Tracer } from "./tracing/request-trace.ts";

export interface RequestPathOptions {
  readonly table: ResourceTable;
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: Authorizer;
  readonly connections: Connections;
  readonly paths: PathRoutes;
  /** Group versions that other servers answer for. */
  readonly remote?: RemoteApis;
  readonly clock: Clock;
  readonly log: Logger;
  readonly requests: RequestMetrics;
  readonly watches: WatchMetrics;
  readonly access: AccessMetrics;
  readonly seats: Seats;
  readonly tracer?: Tracer;
  readonly audit?: Audit;
}

/** Upstream asks nobody else for the method: its other pages are shown whatever it is. */
const onlyRead = /^\/(version|api(\/[^/]+)?|apis\/[^/]+\/[^/]+|\.well-known\/.+|openid\/.+)\/?$/;

export class RequestPath {
  readonly #options: RequestPathOptions;
  readonly #sender: AnswerSender;
  readonly #impersonation: Impersonation;
  readonly #watchWrites = new JointWrites();
  readonly #yaml = new YamlThreads();
  readonly #deadlines = new Deadlines<RequestRecord>(requestTimeoutMs, (record) => this.#expire(record));

  constructor(options: RequestPathOptions) {
    this.#options = options;
    this.#sender = new AnswerSender(options.clock, options.log);
    this.#impersonation = new Impersonation(options.authorizer);
  }

  async serve(exchange: Exchange): Promise<void> {
    const record = new RequestRecord(exchange);
    record.trace = this.#options.tracer?.begin(record.info, exchange.headers["traceparent"]);
    let status = 0;
    let timer: NodeJS.Timeout | undefined;
    try {
      const timeoutMs = timeoutOf(record.info);
      if (timeoutMs === requestTimeoutMs) this.#deadlines.add(record);
      else if (timeoutMs !== undefined) timer = setTimeout(() => this.#expire(record), timeoutMs);
      const served = this.#serve(record);
      status = served instanceof Promise ? await served : served;
    } catch (error) {
      status = await this.#sender.refuse(record, error).catch((later) => this.#sender.lose(later));
      if (isRefusedSeat(error)) this.#options.requests.terminated(record.info, status);
    }
    this.#options.seats.give(record);
    this.#deadlines.delete(record);
    clearTimeout(timer);
    const { info, applies, seconds, queuedSeconds, bytes, bodyBytes } = record;
    if (record.audited) this.#complete(record.audited, record, status);
    record.trace?.finish(status, exchange.headers["user-agent"] ?? "");
    this.#options.requests.observe({ info, applies, status, seconds, queuedSeconds, bytes, bodyBytes });
  }

  #complete(audited: AuditedRequest, { info, expired, seconds, queuedSeconds }: RequestRecord, status: number): void {
    const stays = this.#options.requests.running(info) !== undefined;
    if (!stays) audited.took({ total: seconds, queued: queuedSeconds });
    audited.complete(expired ? 504 : status);
  }

  async upgrade(exchange: UpgradeExchange): Promise<void> {
    const info = parseRequest(exchange.method, exchange.target);
    const isWatch = info.resource?.verb === "watch" && upgradeKind(exchange.request) === "websocket";
    if (isWatch && !this.#options.remote?.find(info.path)) return this.serve(watchOverWebSocket(exchange));
    const running = this.#options.requests.running(info);
    count(running, 1);
    const noted: Noted<UpgradeExchange> = { info, exchange, auditId: auditIdOf(exchange.headers), audited: undefined };
    let status = 101;
    try {
      await this.#upgrade(noted);
    } catch (error) {
      this.#sender.logBug(error);
      const refusal = toStatusError(error);
      status = refusal.code;
      noted.audited?.answeredStatus(refusal.status);
      refuseUpgrade(exchange.socket, refusal);
    }
    noted.audited?.complete(status);
    count(running, -1);
  }

  async #upgrade(noted: Noted<UpgradeExchange>): Promise<void> {
    const { info, exchange } = noted;
    const user = await this.#identify(noted);
    await this.#authorize(user, noted);
    const { resource: request, query } = info;
    const remote = this.#options.remote?.find(info.path);
    if (remote) return remote.upgrade(user, exchange);
    const handler = request && this.#connection(request);
    if (!handler) return refuseUpgrade(exchange.socket, toStatusError(findNothing(this.#options.table, request)));
    noted.audited?.started(101);
    await handler({ user, request, query, via: { type: "upgrade", exchange } });
  }

  #expire(record: RequestRecord): void {
    this.#sender.expire(record);
    this.#options.requests.terminated(record.info, 504);
  }

  /** Answers the status code that was sent. */
  #serve(record: RequestRecord): number | Promise<number> {
    return after(this.#identify(record), (user) => {
      record.trace?.step("authentication");
      return after(this.#options.seats.take(record, user), () => {
        record.trace?.step("priority and fairness");
        return after(this.#authorize(user, record), () => {
          record.trace?.step("authorization");
          return this.#route(record, user);
        });
      });
    });
  }

  /** To who serves what is asked for. */
  #route(record: RequestRecord, user: User): number | Promise<number> {
    const { exchange, info } = record;
    const { resource: request } = info;
    const { table } = this.#options;
    const remote = this.#options.remote?.find(info.path);
    if (remote) return remote.serve(user, exchange);
    if (!request || isNoPage(table, request)) return this.#servePath(record);
    if (!table.hasVersion(request.group, request.version)) {
      if (table.hasGroup(request.group)) throw noSuchResource();
      return this.#servePath(record);
    }
    const handler = this.#connection(request);
    return handler
      ? this.#serveConnection(record, { user, request, handler })
      : this.#serveResource(record, request, user);
  }

  async #serveConnection(record: RequestRecord, { user, request, handler }: Connecting): Promise<number> {
    const { exchange, info } = record;
    const running = this.#options.requests.running(info);
    count(running, 1);
    const noted = record.audited ? auditedExchange(exchange, record.audited) : exchange;
    const via = { type: "exchange", exchange: noted } as const;
    await handler({ user, request, query: info.query, via }).finally(() => count(running, -1));
    return 200;
  }

  /** Authentication and impersonation: as whom the request goes on. Like all steps of a request, synchronous where nothing has to be waited for. */
  #identify(noted: Noted): User | Promise<User> {
    const user = this.#authenticate(noted);
    return user instanceof Promise ? user.then((known) => this.#begin(noted, known)) : this.#begin(noted, user);
  }

  #begin(noted: Noted, user: User): User | Promise<User> {
    const { info, exchange, auditId } = noted;
    noted.audited = this.#options.audit?.begin({ auditId, info, exchange, user });
    return asksForImpersonation(exchange.rawHeaders) ? this.#impersonate(noted, user) : user;
  }

  async #impersonate(noted: Noted, user: User): Promise<User> {
    const { info, exchange } = noted;
    const impersonated = await this.#impersonation.check(user, info, exchange.rawHeaders);
    if (!impersonated) return user;
    noted.audited?.impersonates(impersonated.user, impersonated.constraint);
    return impersonated.user;
  }

  #authenticate(noted: Noted): User | Promise<User> {
    const { access, authenticators } = this.#options;
    const { exchange, info } = noted;
    const began = performance.now();
    const accept = (user: User) => {
      access.authenticated(user, began, exchange.peer.certificate);
      exchange.user = user.name;
      return user;
    };
    try {
      const user = authenticate(authenticators, exchange, info.path);
      return user instanceof Promise ? user.then(accept, (error) => this.#unknown(noted, began, error)) : accept(user);
    } catch (error) {
      return this.#unknown(noted, began, error);
    }
  }

  #unknown({ info, exchange, auditId }: Noted, began: number, error: unknown): never {
    const refusal = toStatusError(error);
    this.#options.access.refused(refusal.code, began);
    this.#options.audit?.unauthenticated({ auditId, info, exchange }, refusal.status);
    throw error;
  }

  #authorize(user: User, { info, audited }: Noted): void | Promise<void> {
    const { authorizer, access } = this.#options;
    const began = performance.now();
    return authorize(authorizer, user, info, (decision) => {
      access.decided(decision, began);
      audited?.decided(decision);
    });
  }

  #connection({ resource, subresource }: ResourceRequest): ConnectionHandler | undefined {
    return subresource === "" ? undefined : this.#options.connections.get(`${resource}/${subresource}`);
  }

  async #servePath(record: RequestRecord): Promise<number> {
    const { exchange, info } = record;
    const handler = this.#options.paths.find(info.path);
    if (handler && exchange.method !== "GET" && onlyRead.test(info.path)) throw methodNotAllowed();
    const answer = (await handler?.({ info, headers: exchange.headers })) ?? pageNotFound;
    return this.#sender.send(record, { ...answer, body: [answer.body] }, answer.headers ?? {});
  }

  #serveResource(record: RequestRecord, request: ResourceRequest, user: User): number | Promise<number> {
    const { exchange } = record;
    const target = findTarget(this.#options.table, request);
    // What can only be created, a review say, is no row of a table.
    const kinds = target.endpoint.get || target.endpoint.list ? resourceKinds : partialKinds;
    const wanted = request.verb === "list" || request.verb === "watch" ? request.verb : "answer";
    const isCustom = isCustomResource(target.entry);
    const representation = negotiate(exchange.headers.accept, { kinds, asked: wanted, isCustom });
    const now = this.#options.clock.now();
    return after(readBody(exchange), (content) => {
      record.bodyBytes = content.length;
      const body = new HttpBody(content, exchange.headers["content-type"]);
      return after(body.isLong ? body.readIn(this.#yaml) : undefined, () => {
        record.trace?.step("read body");
        const operation = operationIn(record, { request, user, body, now });
        const { info, audited } = record;
        const asked = { info, request, operation, body: audited ? new AuditedBody(body, audited) : body };
        return after(dispatch(target, asked), (answer) => {
          record.trace?.step("handle");
          return this.#answer(record, answer, { representation, operation });
        });
      });
    });
  }

  #answer(record: RequestRecord, answer: Answer, { representation, operation }: Asked): number | Promise<number> {
    const { exchange, info, audited, warnings } = record;
    const include = includedObject(info.query.get("includeObject"), representation.as === "Table");
    if (answer.type === "watch") return this.#serveWatch(record, answer, { representation, include });
    audited?.answered(answer);
    const how = { representation, include, pretty: isPretty(exchange, info), now: operation.now };
    const encoded =
      answer.type === "entries" ? encodeList(answer, how, () => refuseAbandoned(operation)) : encodeOne(answer, how);
    return after(encoded, (bytes) => this.#sender.send(record, bytes, warnings.headers()));
  }

  async #serveWatch(record: RequestRecord, answer: WatchAnswer, how: WatchForm): Promise<number> {
    const { requests, watches, clock } = this.#options;
    const running = requests.running(record.info);
    count(running, 1);
    this.#options.seats.give(record);
    const headers = this.#sender.headers(record);
    const counts = watches.of(answer.view.info);
    const tooSlow = () => {
      watches.cut(answer.view.info);
      this.#sender.tellSlowWatch(record);
    };
    const writes = this.#watchWrites;
    record.audited?.started(200);
    await serveWatch(record.exchange, answer, { ...how, headers, counts, writes, tooSlow, now: () => clock.now() });
    count(running, -1);
    return 200;
  }
}

/** What is noted of a request, whether or not it stays HTTP. */
interface Noted<From = Exchange | UpgradeExchange> {
  readonly info: RequestInfo;
  readonly exchange: From;
  readonly auditId: string;
  audited: AuditedRequest | undefined;
}

interface Connecting {
  readonly user: User;
  readonly request: ResourceRequest;
  readonly handler: ConnectionHandler;
}

interface Asked {
  readonly representation: Representation;
  readonly operation: Operation;
}

const noPatch = { applies: false } as const;

/** What a resource is asked to do. */
function operationIn(
  record: RequestRecord,
  { request, user, body, now }: { request: ResourceRequest; user: User; body: HttpBody; now: number },
): Operation {
  const { exchange, info, warnings, audited } = record;
  const annotate = audited && ((key: string, value: string) => audited.annotate(key, value));
  const patching = request.verb === "patch" ? { applies: body.applies, unknownPatch: body.isUnknownPatch } : noPatch;
  return operationOf({
    info,
    request,
    user,
    userAgent: exchange.headers["user-agent"] ?? "",
    now,
    signal: () => exchange.signal,
    warn: (message) => warnings.add(message),
    ...patching,
    ...(annotate && { annotate }),
  });
}

type WatchAnswer = Extract<Answer, { readonly type: "watch" }>;
type WatchForm = Pick<WatchStreamOptions, "representation" | "include">;

function count(running: Value | undefined, change: 1 | -1): void {
  if (running) running.value += change;
}

/** The error of a request that nobody serves. */
function findNothing(table: ResourceTable, request: ResourceRequest | undefined): unknown {
  try {
    if (request) findTarget(table, request);
  } catch (error) {
    return error;
  }
  return new Error("this path does not take upgrades");
}
