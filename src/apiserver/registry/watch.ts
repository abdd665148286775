/** One watch: what is there first where asked, then every change in order, seen through the selectors. */
import type { StatusError } from "../../api/mod.ts";
import { StoreError, type StoreEvent, type StoreWatch } from "../../store/mod.ts";
import * as errors from "../errors.ts";
import type { CacheEvent } from "./cache/cache-event.ts";
import { listPrefix } from "./keys.ts";
import type { Listed } from "./list.ts";
import type { WatchOptions } from "./list-options.ts";
import type { ResourceStorage } from "./resource-storage.ts";
import { selection } from "./selection.ts";
import { type SharedSight, Sight, shareSight } from "./sight.ts";
import type { WatchItem } from "./watch-item.ts";

export interface WatchSink {
  /** Watches that see the same are given the same array. */
  items(items: readonly WatchItem[]): void;
  /** Nothing comes after it. With an error where the watch cannot go on. */
  end(error?: StatusError): void;
  /** Takes the objects, not their bytes, and keeps them. */
  readonly keepsObjects?: boolean;
}

const bookmarkIntervalMs = 30_000;
const defaultTimeoutMs = 30 * 60_000;
/** A field selector that few objects meet. */
const pointed = /(^|,)(metadata\.name|spec\.nodeName)==?[^,=]/;

/** Starts at once; ends by itself after its time, or by `stop`. Throws where the options make no sense for the kind. */
export function watchObjects(
  { storage, view }: Listed,
  namespace: string,
  options: WatchOptions,
  sink: WatchSink,
): { stop(): void } {
  const prefix = listPrefix(storage.prefix, storage.info.namespaced ? namespace : "");
  const { labelSelector, fieldSelector } = options;
  const name = JSON.stringify([view.id, prefix, labelSelector, fieldSelector]);
  const shared = shareSight(storage.cache, name, () => new Sight(prefix, selection(view, options)));
  const watch = new Watch(storage, shared, options, sink);
  void watch.run();
  return watch;
}

class Watch {
  readonly #storage: ResourceStorage;
  readonly #sight: Sight;
  readonly #options: WatchOptions;
  readonly #sink: WatchSink;
  readonly #cleanups: (() => void)[];
  /** Revision of the last change that was looked at. */
  #position = 0;
  #bookmarked = 0;
  #ended = false;

  constructor(storage: ResourceStorage, { sight, release }: SharedSight, options: WatchOptions, sink: WatchSink) {
    this.#storage = storage;
    this.#sight = sight;
    this.#cleanups = [release];
    this.#options = options;
    this.#sink = sink;
  }

  stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }

  async run(): Promise<void> {
    try {
      this.#startTimers();
      if (this.#sendsInitial) await this.#sendInitial();
      else await this.#seek();
      if (!this.#ended) this.#follow();
    } catch (error) {
      this.#end(errors.toStatusError(error));
    }
  }

  get #sendsInitial(): boolean {
    return this.#options.sendInitialEvents ?? !this.#options.resourceVersion;
  }

  #startTimers(): void {
    const { timeoutSeconds, allowBookmarks } = this.#options;
    // Spread over twice the time, so that clients do not all come back at once.
    const limitMs = timeoutSeconds > 0 ? timeoutSeconds * 1000 : defaultTimeoutMs * (1 + Math.random());
    const deadline = setTimeout(() => this.#expire(), Math.min(limitMs, 2 ** 31 - 1));
    this.#cleanups.push(() => clearTimeout(deadline));
    if (!allowBookmarks) return;
    const bookmarks = setInterval(() => this.#bookmark(), bookmarkIntervalMs);
    this.#cleanups.push(() => clearInterval(bookmarks));
  }

  #expire(): void {
    if (this.#options.allowBookmarks) this.#bookmark();
    this.#end();
  }

  #end(error?: StatusError): void {
    if (this.#ended) return;
    this.stop();
    this.#sink.end(error);
  }

  async #sendInitial(): Promise<void> {
    const { resourceVersion, sendInitialEvents, allowBookmarks } = this.#options;
    if (resourceVersion === undefined) await this.#storage.fresh();
    else await this.#reach(resourceVersion);
    if (this.#ended) return;
    this.#position = this.#storage.revision;
    const { prefix, matches } = this.#sight;
    const items: WatchItem[] = [];
    for (const entry of this.#storage.cache.list(prefix))
      if (!matches || matches(entry)) items.push({ type: "ADDED", entry });
    if (sendInitialEvents && allowBookmarks)
      items.push({ type: "BOOKMARK", revision: this.#position, initialEnd: true });
    if (items.length > 0) this.#sink.items(items);
  }

  async #reach(revision: number): Promise<void> {
    if (!(await this.#storage.reach(revision))) throw errors.resourceVersionTooLarge(revision, this.#storage.revision);
  }

  /** Puts the position where the client left off; sends what it missed. */
  async #seek(): Promise<void> {
    const from = this.#options.resourceVersion;
    if (!from) {
      await this.#storage.fresh();
      this.#position = this.#storage.revision;
      return;
    }
    this.#position = from;
    if (from < this.#storage.cache.floor) await this.#replay();
  }

  /** From here on changes come as they happen. What happened between is at hand: nothing awaits between the two steps. */
  #follow(): void {
    const missed = this.#storage.cache.eventsAfter(this.#position);
    if (!missed) {
      this.#end(errors.tooOldResourceVersion(this.#position, this.#storage.cache.floor));
      return;
    }
    const keepsObjects = this.#sink.keepsObjects === true && this.#seesAll;
    const options = { onClose: () => this.#end(), narrow: this.#isNarrow, keepsObjects };
    this.#cleanups.push(this.#storage.cache.listen((events) => this.#take(events), options));
    this.#takeMissed(missed);
  }

  /** Where somebody keeps a few objects, the others are not worth keeping. */
  get #seesAll(): boolean {
    return this.#sight.prefix === this.#storage.prefix && !this.#sight.matches;
  }

  /** Of one namespace, one object, or the pods of one node. */
  get #isNarrow(): boolean {
    return this.#sight.prefix !== this.#storage.prefix || pointed.test(this.#options.fieldSelector);
  }

  /** Reads the store's history until it meets what memory holds, a portion at a time: one is seen through before the next is asked for. */
  async #replay(): Promise<void> {
    const { cache } = this.#storage;
    while (!this.#ended && this.#position < cache.floor) {
      const { events, revision } = await this.#portion();
      this.#takeMissed(await cache.changesOf(events));
      this.#position = Math.max(this.#position, revision);
    }
  }

  #portion(): Promise<{ events: readonly StoreEvent[]; revision: number }> {
    const { cache, watchCache } = this.#storage;
    return new Promise((resolve, reject) => {
      const listener = (events: readonly StoreEvent[], revision: number) => {
        history.close();
        resolve({ events, revision });
      };
      let history: StoreWatch;
      try {
        history = watchCache.store.watch(cache.prefix, this.#position, listener, reject);
      } catch (error) {
        const gone = error instanceof StoreError && error.code === "compacted";
        reject(gone ? errors.tooOldResourceVersion(this.#position, cache.floor) : error);
      }
    });
  }

  #take(events: readonly CacheEvent[]): void {
    this.#show(events, (news) => this.#sight.of(news));
  }

  #takeMissed(events: readonly CacheEvent[]): void {
    this.#show(events, (news) => this.#sight.ofMissed(news));
  }

  #show(events: readonly CacheEvent[], look: (news: readonly CacheEvent[]) => readonly WatchItem[]): void {
    const last = events.at(-1);
    if (this.#ended || !last || last.revision <= this.#position) return;
    // As a rule all of them are news, and the look at them is shared.
    const known = events[0]!.revision <= this.#position;
    const news = known ? events.filter(({ revision }) => revision > this.#position) : events;
    this.#position = last.revision;
    const items = look(news);
    if (items.length > 0) this.#sink.items(items);
  }

  #bookmark(): void {
    const { revision } = this.#storage;
    if (this.#ended || revision <= this.#bookmarked) return;
    this.#bookmarked = revision;
    this.#sink.items([{ type: "BOOKMARK", revision, initialEnd: false }]);
  }
}
