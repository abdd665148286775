/**
 * Decides what becomes of something that happened: a new event, one more of a known event, or nothing. The three rules and their numbers are
 * client-go's: one source may report 25 times on one object and then once in five minutes; from the tenth message on that differs only
 * in its text, each within ten minutes of the last, they become one; and what is the same in all counts up.
 */
import { hash } from "node:crypto";
import { type corev1, formatTime } from "../api/mod.ts";
import { BoundedMap } from "./bounded-map.ts";

export interface Occurrence {
  readonly involvedObject: corev1.ObjectReference;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

export interface EventSource {
  readonly component: string;
  readonly host?: string;
}

export type EventDecision =
  | { readonly action: "drop" }
  /** `key` names it to `forget`. */
  | { readonly action: "create"; readonly key: string; readonly event: NewEvent }
  /** `event` is what to create where the known one is gone by now. */
  | { readonly action: "count"; readonly key: string; readonly event: NewEvent };

export interface NewEvent {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly involvedObject: corev1.ObjectReference;
  readonly reason: string;
  readonly message: string;
  readonly source: EventSource;
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
  readonly count: number;
  readonly type: string;
  readonly reportingComponent: string;
  readonly reportingInstance: string;
}

const usuallyRemembered = 4096;
const burst = 25;
const refillMs = 300_000;
const similarLimit = 10;
const similarWindowMs = 600_000;
/**
 * What comes again comes sooner: the longest pauses between tries are five minutes. Later ones of its like are new events. Without an end,
 * as upstream's, what is known of a busy cluster's events would grow for hours.
 */
const knownMs = 900_000;

/** Thousands of each are remembered. Times are milliseconds since the correlator's first event: small numbers take no memory of their own. */
interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

interface Similar {
  /** Digests of the messages, each once. */
  readonly messages: readonly number[];
  readonly at: number;
}

interface Known {
  /** With `sequence` it tells the event's name. */
  readonly first: number;
  readonly sequence: number;
  readonly count: number;
  readonly at: number;
}

export class EventCorrelator {
  readonly #source: EventSource;
  readonly #buckets: BoundedMap<string, Bucket>;
  readonly #similar: BoundedMap<string, Similar>;
  readonly #known: BoundedMap<string, Known>;
  #sequence = 0;
  #origin: number | undefined;

  /** `remembered`: objects, groups and events of which it is known what was told. Default 4096. */
  constructor(source: EventSource, remembered = usuallyRemembered) {
    this.#source = source;
    this.#buckets = new BoundedMap(remembered);
    this.#similar = new BoundedMap(remembered);
    this.#known = new BoundedMap(remembered);
  }

  /** `time`: milliseconds since the epoch. */
  decide(occurrence: Occurrence, time: number): EventDecision {
    const { involvedObject, type, reason } = occurrence;
    const { kind = "", namespace = "", name = "", uid = "", apiVersion = "" } = involvedObject;
    this.#origin ??= Math.floor(time);
    // Rounded last: V8 keeps the difference of two large numbers as a large one.
    const now = Math.floor(time - this.#origin);
    const object = short(kind, namespace, name, uid, apiVersion);
    if (!this.#takeToken(object, now)) return { action: "drop" };
    const group = short(object, type, reason);
    const combined = this.#isOneOfMany(group, occurrence.message, now);
    const message = combined ? `(combined from similar events): ${occurrence.message}` : occurrence.message;
    const key = combined ? group : short(group, involvedObject.fieldPath ?? "", message);
    const before = this.#known.get(key);
    const known = before ? { ...before, count: before.count + 1, at: now } : this.#newlyKnown(now);
    this.#known.set(key, known);
    this.#known.dropOldest(({ at }) => now - at > knownMs);
    const event = this.#event({ ...occurrence, message }, known, this.#origin);
    return { action: before ? "count" : "create", key, event };
  }

  /** The event was not stored: the next one of its like is a new event. */
  forget(key: string): void {
    this.#known.delete(key);
  }

  #takeToken(object: string, now: number): boolean {
    const bucket = this.#buckets.get(object) ?? { tokens: burst, at: now };
    // The clock may have been set back.
    const tokens = Math.min(burst, bucket.tokens + Math.max(0, now - bucket.at) / refillMs);
    const taken = tokens >= 1;
    this.#buckets.set(object, { tokens: taken ? tokens - 1 : tokens, at: now });
    this.#buckets.dropOldest((one) => one.tokens + (now - one.at) / refillMs >= burst);
    return taken;
  }

  #isOneOfMany(group: string, message: string, now: number): boolean {
    const before = this.#similar.get(group);
    const recent = before && now - before.at <= similarWindowMs ? before.messages : [];
    const digest = hash("sha1", message, "buffer").readInt32LE();
    const isNew = recent.length < similarLimit && !recent.includes(digest);
    // A spread array would have room for sixteen more.
    const messages = isNew ? recent.concat(digest) : recent;
    this.#similar.set(group, { messages, at: now });
    this.#similar.dropOldest(({ at }) => now - at > similarWindowMs);
    return messages.length >= similarLimit;
  }

  #newlyKnown(now: number): Known {
    this.#sequence = (this.#sequence + 1) % 1_000_000;
    return { first: now, sequence: this.#sequence, count: 1, at: now };
  }

  #event({ involvedObject, type, reason, message }: Occurrence, known: Known, origin: number): NewEvent {
    return {
      metadata: {
        name: `${involvedObject.name}.${suffix(origin + known.first, known.sequence)}`,
        namespace: involvedObject.namespace || "default",
      },
      involvedObject,
      reason,
      message,
      source: this.#source,
      firstTimestamp: formatTime(origin + known.first),
      lastTimestamp: formatTime(origin + known.at),
      count: known.count,
      type,
      reportingComponent: this.#source.component,
      reportingInstance: this.#source.host ?? "",
    };
  }
}

/** The time in nanoseconds, as client-go names events; the clock here counts milliseconds, a sequence fills in the rest. */
const suffix = (time: number, sequence: number): string => (BigInt(time) * 1_000_000n + BigInt(sequence)).toString(16);

/** Thousands are remembered, and what they are about is long. */
const short = (...parts: readonly string[]): string => hash("sha1", parts.join("\0"), "latin1");
