/** One watch: what is there first where asked, then every change in order, seen through the selectors. */
import type { StatusError } from "../../api/mod.ts";
import { StoreError, type StoreEvent, type StoreWatch } from "../../store/mod.ts";
import * as errors from "../errors.ts";
import type { CacheEvent, ChangeType } from "./cache/cache-event.ts";
import type { Entry } from "./cache/entry.ts";
import { listPrefix } from "./keys.ts";
import type { Listed } from "./list.ts";
import type { WatchOptions } from "./list-options.ts";
import type { ResourceStorage } from "./resource-storage.ts";
import { type Matches, selection } from "./selection.ts";

export type WatchItem =
  | {
      readonly type: ChangeType;
      readonly entry: Entry /** Where others may be sent the same bytes. */;
      readonly shared?: CacheEvent;
    }
  | {
      readonly type: "BOOKMARK";
      readonly revision: number /** What was there at the start has been sent. */;
      readonly initialEnd: boolean;
    };

export interface WatchSink {
  items(items: readonly WatchItem[]): void;
  /** Nothing comes after it. With an error where the watch cannot go on. */
  end(error?: StatusError): void;
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
  const watch = new Watch(storage, prefix, options, selection(view, options), sink);
  void watch.run();
  return watch;
}

class Watch {
  readonly #storage: ResourceStorage;
  readonly #prefix: string;
  readonly #options: WatchOptions;
  readonly #matches: Matches;
  readonly #sink: WatchSink;
  readonly #cleanups: (() => void)[] = [];
  /** Revision of the last change that was looked at. */
  #position = 0;
  #bookmarked = 0;
  #ended = false;

  constructor(storage: ResourceStorage, prefix: string, options: WatchOptions, matches: Matches, sink: WatchSink) {
    this.#storage = storage;
    this.#prefix = prefix;
    this.#options = options;
    this.#matches = matches;
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
    const entries = this.#storage.cache.list(this.#prefix);
    const items: WatchItem[] = [];
    for (const entry of entries) if (!this.#matches || this.#matches(entry)) items.push({ type: "ADDED", entry });
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
    const options = { onClose: () => this.#end(), narrow: this.#isNarrow };
    this.#cleanups.push(this.#storage.cache.listen((events) => this.#take(events), options));
    this.#take(missed);
  }

  /** Of one namespace, one object, or the pods of one node. */
  get #isNarrow(): boolean {
    return this.#prefix !== this.#storage.prefix || pointed.test(this.#options.fieldSelector);
  }

  /** Reads the store's history until it meets what memory holds, a portion at a time: one is seen through before the next is asked for. */
  async #replay(): Promise<void> {
    const { cache } = this.#storage;
    while (!this.#ended && this.#position < cache.floor) {
      const { events, revision } = await this.#portion();
      this.#take(await cache.changesOf(events));
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
    const items: WatchItem[] = [];
    for (const event of events) {
      if (event.revision <= this.#position) continue;
      this.#position = event.revision;
      if (!event.entry.key.startsWith(this.#prefix)) continue;
      const item = see(event, this.#matches);
      if (item) items.push(item);
    }
    if (items.length > 0 && !this.#ended) this.#sink.items(items);
  }

  #bookmark(): void {
    const { revision } = this.#storage;
    if (this.#ended || revision <= this.#bookmarked) return;
    this.#bookmarked = revision;
    this.#sink.items([{ type: "BOOKMARK", revision, initialEnd: false }]);
  }
}

/** A change through a selector: an object that begins to match appears, one that ceases to match disappears. */
function see(event: CacheEvent, matches: Matches): WatchItem | undefined {
  const { type, entry, previous, revision } = event;
  if (!matches) return { type, entry, shared: event };
  const before = previous !== undefined && matches(previous);
  if (type === "DELETED") return before ? { type, entry, shared: event } : undefined;
  const now = matches(entry);
  if (now && before === (type === "MODIFIED")) return { type, entry, shared: event };
  if (now) return { type: before ? "MODIFIED" : "ADDED", entry };
  // The client is shown the last state that matched, at the revision of the change.
  return before ? { type: "DELETED", entry: previous.at(revision) } : undefined;
}
