/** Writes events of a component to the API in the background: recording never waits and never fails. */
import { crc32 } from "node:zlib";
import type { corev1, Draft, KubernetesObject } from "../api/mod.ts";
import { isNotFound, isStatusError, resources } from "../api/mod.ts";
import type { ComponentContext } from "./component.ts";
import type { EventRecorder } from "./contract.ts";
import { EventCorrelator, type EventDecision, type EventSource, type NewEvent } from "./event-correlator.ts";
import { pause } from "./pause.ts";

/** Events that wait to be sent, a kilobyte each; beyond it new ones are dropped, as a cluster that cannot take them has other worries. */
const maxWaiting = 10_000;
/** Under load a write waits for others' most of all; many at once would have those wait in turn. */
const lanes = 2;
const tries = 12;
const retryMs = 10_000;

export interface EventRecorderOptions {
  /** See `EventCorrelator`. */
  readonly remembered?: number;
  /** Reasons of Normal events that are not worth an object. A warning is always told. */
  readonly untold?: ReadonlySet<string>;
}

/** `source.component` is the name that `kubectl describe` shows in the From column. The recorder works until the context's signal. */
export function createEventRecorder(
  context: Context,
  source: EventSource,
  { remembered, untold }: EventRecorderOptions = {},
): EventRecorder {
  const correlator = new EventCorrelator(source, remembered);
  const sender = new EventSender(context, (key) => correlator.forget(key));
  return {
    event(object, type, reason, message, { fieldPath } = {}) {
      if (sender.isFull || (type === "Normal" && untold?.has(reason))) return;
      const involvedObject = { ...referenceTo(object), ...(fieldPath && { fieldPath }) };
      const decision = correlator.decide({ involvedObject, type, reason, message }, context.clock.now());
      if (decision.action !== "drop") sender.send(decision);
    },
  };
}

function referenceTo({ apiVersion, kind, metadata }: KubernetesObject): corev1.ObjectReference {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion,
    kind,
    name,
    ...(namespace && { namespace }),
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
  };
}

type Context = Pick<ComponentContext, "client" | "log" | "clock" | "signal">;
type Sendable = Exclude<EventDecision, { action: "drop" }>;

class EventSender {
  readonly #context: Context;
  readonly #onLost: (key: string) => void;
  /** Each is sent one after the other, and those of an object are in one: an event has to exist before it counts up. */
  readonly #lanes: readonly Sendable[][] = Array.from({ length: lanes }, () => []);
  #waiting = 0;

  constructor(context: Context, onLost: (key: string) => void) {
    this.#context = context;
    this.#onLost = onLost;
  }

  get isFull(): boolean {
    return this.#waiting >= maxWaiting || this.#context.signal.aborted;
  }

  send(decision: Sendable): void {
    const { uid, name = "" } = decision.event.involvedObject;
    const lane = this.#lanes[crc32(uid ?? name) % lanes]!;
    this.#waiting++;
    if (lane.push(decision) === 1) void this.#sendAll(lane);
  }

  async #sendAll(lane: Sendable[]): Promise<void> {
    for (let [next] = lane; next; [next] = lane) {
      await this.#sendOne(next);
      lane.shift();
      this.#waiting--;
    }
  }

  async #sendOne(decision: Sendable): Promise<void> {
    const { log, clock, signal } = this.#context;
    for (let failed = 0; !signal.aborted; failed++) {
      try {
        return await this.#store(decision);
      } catch (error) {
        // A refusal will be the same next time; only a server that was not reached is asked again.
        if (!isStatusError(error) && failed + 1 < tries) {
          await pause(clock, retryMs, signal);
          continue;
        }
        this.#onLost(decision.key);
        if (!signal.aborted) log.debug({ reason: decision.event.reason, error: String(error) }, "event was not stored");
        return;
      }
    }
  }

  async #store({ action, event }: Sendable): Promise<void> {
    const events = this.#context.client.resource(resources.events);
    const { name, namespace } = event.metadata;
    if (action === "count") {
      const { count, lastTimestamp, message } = event;
      try {
        await events.patch(name, { count, lastTimestamp, message }, { type: "strategic", namespace });
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    await events.create(draft(event), { namespace });
  }
}

/** Events expire: a deleted one that happens again is created under its old name. */
const draft = (event: NewEvent): Draft<corev1.Event> => event as Draft<corev1.Event>;
