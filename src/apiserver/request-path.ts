/**
 * The way of a request through the server, step by step; `docs/request-path.md` draws it. Each step either goes on or throws the
 * `StatusError` that is then the answer.
 */
import { randomUUID } from "node:crypto";
import type { OutgoingHttpHeaders } from "node:http";
import type { Logger } from "pino";
import { metav1 } from "../api/mod.ts";
import type { Authenticator, Authorizer, User } from "../auth/mod.ts";
import type { Clock } from "../client/mod.ts";
import { negotiate, noKinds, partialKinds, resourceKinds } from "./encode/accept.ts";
import { type EncodedAnswer, encodeAnswer, type FiniteAnswer } from "./encode/answer-body.ts";
import type { IncludeObject } from "./encode/table.ts";
import { methodNotAllowed, noSuchResource, toStatusError } from "./errors.ts";
import type { Exchange, Peer, UpgradeExchange } from "./http/exchange.ts";
import { readBody } from "./http/read-body.ts";
import { send } from "./http/send.ts";
import type { ResourceTable } from "./registry/resource-table.ts";
import { authenticate } from "./request/authentication.ts";
import { authorize } from "./request/authorization.ts";
import type { ConnectionHandler, Connections } from "./request/connection.ts";
import { dispatch, findTarget } from "./request/dispatch.ts";
import { HttpBody } from "./request/http-body.ts";
import { impersonate } from "./request/impersonation.ts";
import { InFlight } from "./request/in-flight.ts";
import { operationOf } from "./request/operation-of.ts";
import { type PathRoutes, pageNotFound } from "./request/path-routes.ts";
import { refuseUpgrade } from "./request/refuse-upgrade.ts";
import type { RemoteApis } from "./request/remote-apis.ts";
import { parseRequest, type RequestInfo, type ResourceRequest } from "./request/request-info.ts";
import { Warnings } from "./request/warnings.ts";
import { serveWatch } from "./request/watch-stream.ts";

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
  /** Told of each finished request, for metrics. */
  observe?(info: RequestInfo, status: number, seconds: number): void;
}

/** More than this waits for nothing but memory. */
const maximumInFlight = 2_000;

export class RequestPath {
  readonly #options: RequestPathOptions;
  /** Watches and connections stay long and do not count. */
  readonly #working = new InFlight(maximumInFlight);

  constructor(options: RequestPathOptions) {
    this.#options = options;
  }

  async serve(exchange: Exchange): Promise<void> {
    const started = this.#options.clock.now();
    const info = parseRequest(exchange.method, exchange.target);
    const warnings = new Warnings();
    let status = 0;
    try {
      status = await this.#serve(exchange, info, warnings);
    } catch (error) {
      status = await this.#refuse(exchange, warnings, error).catch((later) => this.#lose(later));
    }
    this.#options.observe?.(info, status, (this.#options.clock.now() - started) / 1000);
  }

  async upgrade(exchange: UpgradeExchange): Promise<void> {
    const info = parseRequest(exchange.method, exchange.target);
    try {
      const user = await this.#admitUser(info, exchange.headers, exchange.peer);
      const { resource: request, query } = info;
      const remote = this.#options.remote?.find(info.path);
      if (remote) return await remote.upgrade(user, exchange);
      const handler = request && this.#connection(request);
      if (!handler) return refuseUpgrade(exchange.socket, toStatusError(findNothing(this.#options.table, request)));
      await handler({ user, request, query, via: { type: "upgrade", exchange } });
    } catch (error) {
      this.#logBug(error);
      refuseUpgrade(exchange.socket, toStatusError(error));
    }
  }

  /** Answers the status code that was sent. */
  async #serve(exchange: Exchange, info: RequestInfo, warnings: Warnings): Promise<number> {
    const user = await this.#admitUser(info, exchange.headers, exchange.peer);
    const { resource: request, query } = info;
    const { table } = this.#options;
    const remote = this.#options.remote?.find(info.path);
    if (remote) return remote.serve(user, exchange);
    if (!request || !table.hasVersion(request.group, request.version)) {
      if (request && table.hasGroup(request.group)) throw noSuchResource();
      return this.#servePath(exchange, info);
    }
    const handler = this.#connection(request);
    if (handler) {
      await handler({ user, request, query, via: { type: "exchange", exchange } });
      return 200;
    }
    return this.#serveResource({ exchange, info, request, user, warnings });
  }

  /** Authentication, impersonation, authorization. */
  async #admitUser(info: RequestInfo, headers: Exchange["headers"], peer: Peer): Promise<User> {
    const { authenticators, authorizer } = this.#options;
    let user = await authenticate(authenticators, headers, peer);
    if ("impersonate-user" in headers || "impersonate-group" in headers || "impersonate-uid" in headers)
      user = await impersonate(authorizer, user, headers);
    const pending = authorize(authorizer, user, info);
    if (pending) await pending;
    return user;
  }

  #connection({ resource, subresource }: ResourceRequest): ConnectionHandler | undefined {
    return subresource === "" ? undefined : this.#options.connections.get(`${resource}/${subresource}`);
  }

  async #servePath(exchange: Exchange, info: RequestInfo): Promise<number> {
    const handler = this.#options.paths.find(info.path);
    if (handler && exchange.method !== "GET" && exchange.method !== "HEAD") throw methodNotAllowed();
    const answer = (await handler?.({ info, headers: exchange.headers })) ?? pageNotFound;
    await this.#send(exchange, { ...answer, body: [answer.body] }, answer.headers ?? {});
    return answer.status;
  }

  async #serveResource({ exchange, info, request, user, warnings }: ResourceExchange): Promise<number> {
    const target = findTarget(this.#options.table, request);
    // What can only be created, a review say, is no row of a table.
    const kinds = target.endpoint.get || target.endpoint.list ? resourceKinds : partialKinds;
    const representation = negotiate(exchange.headers.accept, kinds);
    const now = this.#options.clock.now();
    const answer = await this.#working.run(async () => {
      const body = new HttpBody(await readBody(exchange), exchange.headers["content-type"]);
      const userAgent = exchange.headers["user-agent"] ?? "";
      const warn = (message: string) => warnings.add(message);
      const operation = operationOf({ info, request, user, userAgent, applies: body.applies, now, warn });
      return dispatch(target, { info, request, operation, body });
    });
    const include = (info.query.get("includeObject") ?? "Metadata") as IncludeObject;
    if (answer.type === "watch") {
      const headers = this.#headers(warnings);
      await serveWatch(exchange, answer, { representation, include, headers, now: () => this.#options.clock.now() });
      return 200;
    }
    const encoded = encodeAnswer(answer, { representation, include, pretty: isPretty(exchange, info), now });
    await this.#send(exchange, encoded, warnings.headers());
    return encoded.status;
  }

  async #refuse(exchange: Exchange, warnings: Warnings, error: unknown): Promise<number> {
    this.#logBug(error);
    const refusal = toStatusError(error);
    const retryAfter = refusal.status.details?.retryAfterSeconds;
    const headers = { ...warnings.headers(), ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }) };
    const answer = { type: "object", status: refusal.code, schema: metav1.status, object: refusal.status } as const;
    await this.#send(exchange, this.#encodeRefusal(exchange, answer), headers);
    return refusal.code;
  }

  /** In what the client accepts, and in JSON where it accepts nothing that we have. */
  #encodeRefusal(exchange: Exchange, answer: FiniteAnswer): EncodedAnswer {
    const pretty = isPretty(exchange, parseRequest(exchange.method, exchange.target));
    const options = { include: "None", pretty, now: this.#options.clock.now() } as const;
    try {
      const { format } = negotiate(exchange.headers.accept, [...resourceKinds, "APIGroupDiscoveryList"]);
      return encodeAnswer(answer, { ...options, representation: { format } });
    } catch {
      return encodeAnswer(answer, { ...options, representation: negotiate(undefined, noKinds) });
    }
  }

  async #send(
    exchange: Exchange,
    { status, contentType, body }: EncodedAnswer,
    more: OutgoingHttpHeaders,
  ): Promise<void> {
    const headers = { ...this.#baseHeaders(), "content-type": contentType, ...more };
    await send(exchange, status, headers, body);
  }

  #headers(warnings: Warnings): OutgoingHttpHeaders {
    return { ...this.#baseHeaders(), ...warnings.headers() };
  }

  #baseHeaders(): OutgoingHttpHeaders {
    return { "audit-id": randomUUID(), "cache-control": "no-cache, private" };
  }

  /** Even the refusal could not be sent: the client is gone, or this is a bug. Either way the process goes on. */
  #lose(error: unknown): number {
    this.#options.log.warn({ err: error }, "an answer could not be sent");
    return 500;
  }

  #logBug(error: unknown): void {
    const status = toStatusError(error);
    if (status === error || (error as { code?: string }).code === "closed") return;
    this.#options.log.error({ err: error }, "a request failed for a reason that is no answer of the API");
  }
}

interface ResourceExchange {
  readonly exchange: Exchange;
  readonly info: RequestInfo;
  readonly request: ResourceRequest;
  readonly user: User;
  readonly warnings: Warnings;
}

const people = /^(curl|Wget|Mozilla)\//;

function isPretty({ headers }: Exchange, { query }: RequestInfo): boolean {
  const wanted = query.size > 0 ? query.get("pretty") : null;
  if (wanted !== null) return wanted !== "false" && wanted !== "0";
  return people.test(headers["user-agent"] ?? "");
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
