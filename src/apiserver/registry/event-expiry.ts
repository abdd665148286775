/** Events are news, not records: an hour after they were last seen they go, as upstream's do. */
import type { Logger } from "pino";
import type { corev1, KubernetesObject } from "../../api/mod.ts";
import type { Clock } from "../../client/mod.ts";
import type { ResourceStorage } from "./resource-storage.ts";

const timeToLiveMs = 60 * 60_000;
const intervalMs = 60_000;
/** Removed together; between two portions the server does other things. */
const portion = 200;

export interface EventExpiryContext {
  readonly clock: Clock;
  readonly log: Logger;
}

export class EventExpiry {
  readonly #events: ResourceStorage;
  readonly #context: EventExpiryContext;
  #cancel: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(events: ResourceStorage, context: EventExpiryContext) {
    this.#events = events;
    this.#context = context;
  }

  start(): void {
    this.#cancel = this.#context.clock.after(intervalMs, () => {
      this.start();
      this.#running = this.#running.then(() => this.#sweep());
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
  }

  async #sweep(): Promise<void> {
    const oldest = this.#context.clock.now() - timeToLiveMs;
    const { cache, prefix } = this.#events;
    const old = cache.list(prefix).filter(({ object }) => lastSeen(object) < oldest);
    try {
      for (let start = 0; start < old.length; start += portion) {
        const some = old.slice(start, start + portion);
        await Promise.all(some.map(({ key, revision }) => this.#events.remove(key, revision)));
        if (this.#stopped) return;
      }
    } catch (error) {
      this.#context.log.warn({ err: error }, "old events could not be removed");
    }
  }
}

function lastSeen(object: KubernetesObject): number {
  const { series, lastTimestamp, eventTime, metadata } = object as corev1.Event;
  const times = [series?.lastObservedTime, lastTimestamp, eventTime, metadata.creationTimestamp];
  return Math.max(...times.map((time) => (time ? Date.parse(time) : 0)));
}
