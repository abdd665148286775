/** Events are dropped at the door where they come too fast: from all, into a namespace, from a user, or about one thing. Off by default. */
import { type corev1, type eventsv1, type KubernetesObject, type StatusError, statusFailure } from "../../api/mod.ts";
import type { Clock } from "../../client/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { incoming, isWrite } from "../request.ts";

export type EventLimitType = "Server" | "Namespace" | "User" | "SourceAndObject";

/** One entry of `limits` in eventratelimit.admission.k8s.io/v1alpha1 Configuration. */
export interface EventLimit {
  readonly type: EventLimitType;
  /** Events a second, in the long run. */
  readonly qps: number;
  /** At once. */
  readonly burst: number;
  /** Keys remembered; those used longest ago are forgotten. Default 4096. */
  readonly cacheSize?: number;
}

type AnyEvent = KubernetesObject & Partial<corev1.Event> & Partial<eventsv1.Event>;

const defaultCacheSize = 4096;

function sourceAndObject(event: AnyEvent): string {
  const source = event.source ?? event.deprecatedSource;
  const object = event.involvedObject ?? event.regarding;
  const parts = [object?.kind, object?.namespace, object?.name, object?.uid, object?.apiVersion];
  return [source?.component, source?.host, ...parts].map((part) => part ?? "").join("");
}

const keys: Readonly<Record<EventLimitType, (attributes: AdmissionAttributes) => string>> = Object.freeze({
  Server: () => "",
  Namespace: ({ namespace = "" }) => namespace,
  User: ({ user }) => user.name,
  SourceAndObject: (attributes) => sourceAndObject(incoming<AnyEvent>(attributes)),
});

interface Bucket {
  tokens: number;
  /** Milliseconds since the epoch. */
  filled: number;
}

class Limiter {
  readonly #limit: EventLimit;
  readonly #clock: Clock;
  /** Used longest ago first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: EventLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** What is told where the request comes too soon. */
  take(attributes: AdmissionAttributes): string | undefined {
    const { type } = this.#limit;
    const key = keys[type](attributes);
    const bucket = this.#bucket(key);
    if (bucket.tokens < 1) return `limit reached on type ${type} for key ${key}`;
    bucket.tokens -= 1;
    return undefined;
  }

  #bucket(key: string): Bucket {
    const { qps, burst, cacheSize = defaultCacheSize } = this.#limit;
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, filled: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filled) * qps) / 1000);
    bucket.filled = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > cacheSize) this.#buckets.delete(this.#buckets.keys().next().value!);
    return bucket;
  }
}

function tooMany(reasons: readonly string[]): StatusError {
  const message = reasons.length === 1 ? reasons[0]! : `[${reasons.join(", ")}]`;
  return statusFailure(429, "TooManyRequests", message);
}

export class EventRateLimit implements AdmissionPlugin {
  readonly name = "EventRateLimit";
  readonly #limiters: readonly Limiter[];

  constructor(limits: readonly EventLimit[], clock: Clock) {
    this.#limiters = limits.map((limit) => new Limiter(limit, clock));
  }

  handles(attributes: AdmissionAttributes): boolean {
    const { resource, subresource, dryRun } = attributes;
    return isWrite(attributes) && resource.kind === "Event" && !subresource && !dryRun;
  }

  validate(attributes: AdmissionAttributes): void {
    // Each takes its token, whatever the others say.
    const reasons = this.#limiters.flatMap((limiter) => limiter.take(attributes) ?? []);
    if (reasons.length > 0) throw tooMany(reasons);
  }
}
