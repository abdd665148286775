/**
 * The objects of a custom resource as one version shows them: a second cache, fed from the one that follows the store, and filled when the
 * version is first asked for. Where a webhook converts it may lag behind: reads wait for it, and are told where it fails. Where it lags too far
 * it is given up, its watches end, and it is filled anew for who asks next.
 */
import type { StoredValue, StoreEvent } from "../../store/mod.ts";
import * as errors from "../errors.ts";
import { CacheEvent, type CacheListener } from "../registry/cache/cache-event.ts";
import type { Entry } from "../registry/cache/entry.ts";
import type { ListenOptions, ObjectCache } from "../registry/cache/object-cache.ts";
import { ResourceCache } from "../registry/cache/resource-cache.ts";
import type { WatchCache } from "../registry/cache/watch-cache.ts";
import type { VersionObjects } from "./version-objects.ts";
import { WaitingChanges, type WaitingLimits } from "./waiting-changes.ts";

type Batch = readonly CacheEvent[];

const retryMs = 1_000;
/** Of changes while a webhook does not answer: a few minutes of a busy resource. Whoever watches comes back for the rest. */
const usualLimits: WaitingLimits = { events: 10_000, bytes: 32 * 1024 * 1024 };

export class VersionCache implements ObjectCache {
  readonly #watchCache: WatchCache;
  readonly #stored: ResourceCache;
  readonly #objects: VersionObjects;
  #mirror: ResourceCache | undefined;
  #stopAging: (() => void) | undefined;
  #opening: Promise<void> | undefined;
  #unlisten: (() => void) | undefined;
  readonly #waiting: WaitingChanges;
  #working: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(watchCache: WatchCache, stored: ResourceCache, objects: VersionObjects, limits = usualLimits) {
    this.#waiting = new WaitingChanges(limits);
    this.#watchCache = watchCache;
    this.#stored = stored;
    this.#objects = objects;
  }

  get prefix(): string {
    return this.#stored.prefix;
  }

  get floor(): number {
    return this.#opened.floor;
  }

  get changed(): number {
    return this.#stored.changed;
  }

  /** Everything up to and including this revision is in. */
  get revision(): number {
    const next = this.#waiting.first?.[0];
    return next ? next.revision - 1 : this.#watchCache.revision;
  }

  get(key: string): Entry | undefined {
    return this.#opened.get(key);
  }

  /** The object of that key, converted on its own where not all of them are yet. Rejects with why it cannot be. */
  find(key: string): Entry | undefined | Promise<Entry | undefined> {
    const opening = this.ready();
    if (!opening) return this.#opened.get(key);
    // Goes on for those who need all of them, and tells them how it ended.
    opening.catch(() => {});
    const stored = this.#stored.get(key);
    return stored && this.#convertOne(stored);
  }

  async #convertOne(stored: Entry): Promise<Entry | undefined> {
    const [entry] = await this.#objects.entriesOf([stored]);
    return entry;
  }

  list(prefix: string, after?: string, limit?: number): readonly Entry[] {
    return this.#opened.list(prefix, after, limit);
  }

  count(prefix: string, after?: string): number {
    return this.#opened.count(prefix, after);
  }

  eventsAfter(revision: number): readonly CacheEvent[] | undefined {
    return this.#opened.eventsAfter(revision);
  }

  listen(listener: CacheListener, options: ListenOptions = {}): () => void {
    if (this.#closed) queueMicrotask(() => options.onClose?.());
    return this.#opened.listen(listener, options);
  }

  entriesOf(values: readonly StoredValue[]): readonly Entry[] | Promise<readonly Entry[]> {
    return this.#objects.entriesOf(this.#stored.entriesOf(values));
  }

  changesOf(events: readonly StoreEvent[]): readonly CacheEvent[] | Promise<readonly CacheEvent[]> {
    const changes = this.#stored.changesOf(events);
    const states = changes.flatMap(({ entry, previous }) => (previous ? [entry, previous] : [entry]));
    const shown = this.#objects.entriesOf(states);
    return shown instanceof Promise ? shown.then((entries) => joined(changes, entries)) : joined(changes, shown);
  }

  /** The bytes in the store are those that this version shows. */
  isShownAsStored(entry: Entry): boolean {
    return this.#stored.get(entry.key)?.stored.equals(entry.stored) ?? false;
  }

  storedOf({ key }: Entry): Entry | undefined {
    return this.#stored.get(key);
  }

  /** What the store's cache has at the time of the call can be read afterwards. Rejects with why an object could not be converted. */
  ready(): void | Promise<void> {
    if (!this.#mirror) return this.#open();
    if (this.#waiting.first) return this.#work();
  }

  /** Ends all watches. */
  close(): void {
    this.#closed = true;
    this.#unlisten?.();
    this.#stopAging?.();
    clearTimeout(this.#retry);
    this.#mirror?.close();
  }

  get #opened(): ResourceCache {
    const opening = this.#mirror ? undefined : this.#open();
    // Who asks again waits for it, and is told how it ended.
    if (opening instanceof Promise) opening.catch(() => {});
    if (!this.#mirror) throw errors.tooManyRequests("storage is (re)initializing", 1);
    return this.#mirror;
  }

  #open(): void | Promise<void> {
    if (this.#opening) return this.#opening;
    const floor = Math.max(this.#stored.floor, this.#stored.changed);
    const mirror = new ResourceCache(this.prefix, this.#objects.form, floor);
    const taken = this.#objects.entriesOf(this.#stored.list(this.prefix));
    // From here on nothing is missed: what comes while objects are converted waits.
    if (!this.#closed) this.#unlisten ??= this.#stored.listen((events) => this.#take(events));
    if (!(taken instanceof Promise)) return this.#fill(mirror, taken);
    this.#opening = this.#openLater(mirror, taken).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openLater(mirror: ResourceCache, taken: Promise<readonly Entry[]>): Promise<void> {
    try {
      this.#fill(mirror, await taken);
      if (this.#waiting.isFull) throw errors.tooManyRequests("storage is (re)initializing", 1);
    } catch (error) {
      this.#giveUp();
      throw error;
    }
    await this.#work();
  }

  #fill(mirror: ResourceCache, entries: readonly Entry[]): void {
    for (const entry of entries) {
      // Decoded to be converted; whoever wants it decoded asks for it.
      entry.forgetObject();
      mirror.load(entry);
    }
    this.#mirror = mirror;
    if (!this.#closed) this.#stopAging = this.#watchCache.age(mirror);
  }

  #take(events: Batch): void {
    if (this.#mirror && !this.#waiting.first) {
      const entries = this.#convert(events);
      if (!(entries instanceof Promise)) {
        this.#apply(this.#mirror, events, entries);
        return;
      }
      // Asked for again below, by whoever works.
      entries.catch(() => {});
    }
    // Too full before the version was ever shown: who fills it will find out.
    if (!this.#waiting.isFull) this.#waiting.add(events);
    if (!this.#mirror) return;
    if (this.#waiting.isFull) this.#giveUp();
    else this.#work().catch(() => this.#workLater());
  }

  /** Holds nothing any more. Whoever watches comes back where they left off, and is told then why they cannot go on. */
  #giveUp(): void {
    const mirror = this.#mirror;
    this.#mirror = undefined;
    this.#stopAging?.();
    this.#unlisten?.();
    this.#unlisten = undefined;
    this.#waiting.clear();
    mirror?.close();
  }

  #convert(events: Batch): readonly Entry[] | Promise<readonly Entry[]> {
    return this.#objects.entriesOf(events.filter(({ type }) => type !== "DELETED").map(({ entry }) => entry));
  }

  #apply(mirror: ResourceCache, events: Batch, entries: readonly Entry[]): void {
    let next = 0;
    const changes: CacheEvent[] = [];
    for (const { type, revision, entry } of events) {
      const { key, stored } = entry;
      // A removed object is shown as it was shown last.
      const shown = type === "DELETED" ? mirror.get(key)?.at(revision) : entries[next++];
      if (!shown) continue;
      const event = { type: type === "DELETED" ? "delete" : "put", key, revision, value: stored } as const;
      const change = mirror.apply(event, () => shown);
      if (change) changes.push(change);
    }
    mirror.dispatch(changes);
  }

  /** Converts what waits, one batch after the other. */
  #work(): Promise<void> {
    this.#working ??= this.#workOff().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async #workOff(): Promise<void> {
    while (!this.#closed) {
      const [mirror, events] = [this.#mirror, this.#waiting.first];
      if (!mirror || !events) return;
      const entries = await this.#convert(events);
      // Given up meanwhile: another one is filled without them.
      if (mirror !== this.#mirror) continue;
      this.#apply(mirror, events, entries);
      this.#waiting.removeFirst();
    }
  }

  #workLater(): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#work().catch(() => this.#workLater()), retryMs);
    this.#retry.unref();
  }
}

/** Stored changes with what their entries are shown as: of each change its own, then the one before where there was one. */
function joined(changes: readonly CacheEvent[], entries: readonly Entry[]): readonly CacheEvent[] {
  let next = 0;
  return changes.map(({ type, revision, previous }) => {
    const entry = entries[next++]!;
    return new CacheEvent(type, revision, entry, previous && entries[next++]);
  });
}
