/** One request in the audit log: what is noted on its way, and the events that come of it. */
import type { metav1 } from "../../api/mod.ts";
import { type Decision, type User, userInfo } from "../../auth/mod.ts";
import { type FiniteAnswer, plainObject } from "../encode/answer-body.ts";
import type { Exchange } from "../http/exchange.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { type Latencies, latencyNotes } from "./latency-notes.ts";
import type { AuditedHow, Stage } from "./policy.ts";

export interface AuditSink {
  /** One event, without its line break. Must not throw. */
  write(line: string): void;
}

export interface AuditedSource {
  readonly auditId: string;
  readonly info: RequestInfo;
  readonly exchange: Pick<Exchange, "target" | "headers" | "peer">;
  /** Nobody where the credentials are bad. */
  readonly user: User | undefined;
}

const longestUserAgent = 1024;
/** Annotations of one request; what writes more is a bug or an attack. */
const mostAnnotations = 100;

export class AuditedRequest {
  readonly #source: AuditedSource;
  readonly #how: AuditedHow;
  readonly #sink: AuditSink;
  readonly #now: () => number;
  readonly #received: string;
  readonly #annotations = new Map<string, string>();
  #impersonated: { readonly user: User; readonly constraint?: string } | undefined;
  #requested: { readonly name?: string; readonly uid?: string; readonly resourceVersion?: string } = {};
  #requestObject: string | undefined;
  #responseObject: string | undefined;
  #status: Partial<metav1.Status> | undefined;

  constructor(source: AuditedSource, how: AuditedHow, { sink, now }: { sink: AuditSink; now: () => number }) {
    this.#source = source;
    this.#how = how;
    this.#sink = sink;
    this.#now = now;
    this.#received = timeText(now());
  }

  received(): void {
    this.#write("RequestReceived");
  }

  impersonates(user: User, constraint: string | undefined): void {
    this.#impersonated = { user, ...(constraint && { constraint }) };
  }

  /** The first word counts: nobody writes over another's. */
  annotate(key: string, value: string): void {
    if (!this.#annotations.has(key) && this.#annotations.size < mostAnnotations) this.#annotations.set(key, value);
  }

  decided({ decision, reason = "" }: Decision): void {
    this.annotate("authorization.k8s.io/decision", decision === "allow" ? "allow" : "forbid");
    this.annotate("authorization.k8s.io/reason", reason);
  }

  /** What the body was read as: an object or a patch, before anybody changes it. */
  requestObject(value: unknown, isObject: boolean): void {
    if (isObject) this.#requested = (value as { metadata?: metav1.ObjectMeta }).metadata ?? {};
    // The name is taken now: the engine owns the object from here on.
    const { name, uid, resourceVersion } = this.#requested;
    this.#requested = { ...(name && { name }), ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
    if (this.#how.level === "Request" || this.#how.level === "RequestResponse") this.#requestObject = this.#json(value);
  }

  answered(answer: FiniteAnswer): void {
    const object = answer.type === "object" ? (answer.object as Partial<metav1.Status>) : undefined;
    if (object?.kind === "Status") this.answeredStatus(object as metav1.Status);
    else if (this.#how.level === "RequestResponse") this.#responseObject = this.#json(plainObject(answer));
  }

  /** A Status is told whole, whether it refuses or not. */
  answeredStatus(status: metav1.Status): void {
    const { kind: _, apiVersion: __, ...rest } = status;
    this.#status = rest;
    if (this.#how.level === "RequestResponse") this.#responseObject = this.#json(status);
  }

  /** Of requests that stay: the head of the answer is sent. */
  started(code: number): void {
    this.#write("ResponseStarted", code);
  }

  /** Where the time went, of one that is over soon. */
  took(latencies: Latencies): void {
    for (const [key, value] of latencyNotes(latencies)) this.annotate(key, value);
  }

  complete(code: number): void {
    this.#write("ResponseComplete", code);
  }

  #json(value: unknown): string {
    return JSON.stringify(value, this.#how.omitManagedFields ? withoutManagedFields : undefined);
  }

  #write(stage: Stage, code?: number): void {
    const { level, omitStages } = this.#how;
    if (level === "None" || omitStages.has(stage)) return;
    const { auditId, info, exchange, user } = this.#source;
    const userAgent = exchange.headers["user-agent"] ?? "";
    const head = {
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      level,
      auditID: auditId,
      stage,
      requestURI: exchange.target,
      verb: info.resource?.verb ?? info.pathVerb,
      user: user ? userInfo(user) : {},
      ...this.#impersonation(),
      sourceIPs: sourceAddresses(exchange),
      ...(userAgent && { userAgent: shortened(userAgent) }),
      ...(info.resource && { objectRef: this.#objectReference(info.resource) }),
      ...(code !== undefined && { responseStatus: { metadata: {}, ...this.#status, code } }),
    };
    const tail = {
      requestReceivedTimestamp: this.#received,
      stageTimestamp: stage === "RequestReceived" ? this.#received : timeText(this.#now()),
      ...(this.#annotations.size > 0 && { annotations: Object.fromEntries(this.#annotations) }),
    };
    const objects = code === undefined ? "" : this.#objects();
    this.#sink.write(`${JSON.stringify(head).slice(0, -1)}${objects},${JSON.stringify(tail).slice(1)}`);
  }

  #impersonation(): object {
    if (!this.#impersonated) return {};
    const { user, constraint } = this.#impersonated;
    return {
      impersonatedUser: userInfo(user),
      ...(constraint && { authenticationMetadata: { impersonationConstraint: constraint } }),
    };
  }

  #objectReference({ group, version, resource, subresource, namespace, name }: NonNullable<RequestInfo["resource"]>) {
    const wanted = this.#requested;
    const objectName = name || wanted.name;
    return {
      resource,
      ...(namespace && { namespace }),
      ...(objectName && { name: objectName }),
      ...(wanted.uid && { uid: wanted.uid }),
      ...(group && { apiGroup: group }),
      apiVersion: version,
      ...(wanted.resourceVersion && { resourceVersion: wanted.resourceVersion }),
      ...(subresource && { subresource }),
    };
  }

  #objects(): string {
    const request = this.#requestObject ? `,"requestObject":${this.#requestObject}` : "";
    return this.#responseObject ? `${request},"responseObject":${this.#responseObject}` : request;
  }
}

/** Microseconds, as upstream writes them. */
function timeText(now: number): string {
  return `${new Date(now).toISOString().slice(0, -1)}000Z`;
}

function withoutManagedFields(key: string, value: unknown): unknown {
  return key === "managedFields" ? undefined : value;
}

function shortened(userAgent: string): string {
  return userAgent.length > longestUserAgent ? `${userAgent.slice(0, longestUserAgent)}...TRUNCATED` : userAgent;
}

/** Whom the proxies in between name, who must be believed or not, and then who is at the other end. */
function sourceAddresses({ headers, peer }: AuditedSource["exchange"]): string[] {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().flatMap((text) => text.split(","));
  const named = [...forwarded, [headers["x-real-ip"] ?? []].flat()[0] ?? ""].map((text) => text.trim());
  const addresses = named.filter((text) => text !== "");
  const own = peer.address.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return own === "" || addresses.at(-1) === own ? addresses : [...addresses, own];
}
