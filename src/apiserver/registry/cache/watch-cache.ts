/**
 * The whole store in memory, one sorted cache per resource, all at the same revision. Reads are answered from here; writers learn of their own
 * writes by waiting for the revision that the store gave them.
 */
import type { Logger } from "pino";
import type { ListPage, Store, StoredValue, StoreEvent, StoreWatch } from "../../../store/mod.ts";
import { prefixOfKey, registryPrefix } from "../keys.ts";
import { ByteSlabs } from "./byte-slabs.ts";
import type { CacheEvent } from "./cache-event.ts";
import { Entry } from "./entry.ts";
import type { PendingWrite } from "./pending-write.ts";
import { ResourceCache } from "./resource-cache.ts";
import { type StoredForm, undeclaredForm } from "./stored-form.ts";

interface Waiter {
  readonly revision: number;
  readonly resolve: (reached: boolean) => void;
}

/** Told of each write that the store has taken. */
export type WriteObserver = (info: WrittenResource, operation: "create" | "update" | "delete", seconds: number) => void;

export interface WrittenResource {
  readonly group: string;
  readonly resource: string;
}

/** Changes of a kind that seldom changes go after so long, or twice that at most; those of others are pushed out sooner, by their number or size. */
export const keptMs = 2 * 60_000;

/** Of a store of any size no more is read at once. */
const portion = { limit: 5000, counted: false } as const;

export class WatchCache {
  readonly store: Store;
  observeWrite: WriteObserver | undefined;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #caches = new Map<string, ResourceCache>();
  /** Fed by a cache of this one: other versions of custom resources. */
  readonly #mirrors = new Set<ResourceCache>();
  readonly #written = new WeakMap<Uint8Array, PendingWrite>();
  readonly #waiters = new Set<Waiter>();
  readonly #slabs = new ByteSlabs();
  #revision = 0;
  #watch: StoreWatch | undefined;
  /** What was there then is next to be forgotten. */
  #aging: { readonly since: number; readonly revision: number };

  /** `now`: milliseconds of a clock that only goes forward. */
  constructor(store: Store, log: Logger, now = () => performance.now()) {
    this.store = store;
    this.#log = log;
    this.#now = now;
    this.#aging = { since: now(), revision: 0 };
  }

  /** Everything up to and including this revision has been taken in and handed to all watches. */
  get revision(): number {
    return this.#revision;
  }

  async start(): Promise<void> {
    const { revision, ...first } = await this.store.list({ prefix: registryPrefix, ...portion });
    this.#revision = revision;
    for (const cache of this.#caches.values()) cache.begin(revision);
    let page: Pick<ListPage, "items" | "remaining"> = first;
    for (;;) {
      for (const item of page.items) this.#load(item);
      if (page.remaining === 0) break;
      page = await this.store.list({ prefix: registryPrefix, after: page.items.at(-1)!.key, revision, ...portion });
    }
    this.#watch = this.store.watch(registryPrefix, revision, (events, reached) => this.#take(events, reached));
  }

  stop(): void {
    this.#watch?.close();
    for (const waiter of this.#waiters) waiter.resolve(false);
    this.#waiters.clear();
  }

  /** The form counts where the resource is first asked for: before `start`, or when a custom resource appears. */
  resource(prefix: string, form: StoredForm = undeclaredForm): ResourceCache {
    let cache = this.#caches.get(prefix);
    if (!cache) {
      cache = new ResourceCache(prefix, form, this.#revision, this.#slabs);
      this.#caches.set(prefix, cache);
    }
    return cache;
  }

  /** Old changes of `mirror`, too, are forgotten, until the answer is called. */
  age(mirror: ResourceCache): () => void {
    this.#mirrors.add(mirror);
    return () => void this.#mirrors.delete(mirror);
  }

  /** By resource prefix, for metrics. */
  caches(): Iterable<readonly [prefix: string, cache: ResourceCache]> {
    return this.#caches;
  }

  /** Entries of one resource. */
  sizeOf(prefix: string): number {
    return this.#caches.get(prefix)?.size ?? 0;
  }

  /** Who hears of every change of one resource. */
  watchersOf(prefix: string): number {
    return this.#caches.get(prefix)?.watchers ?? 0;
  }

  /** Remembers what is about to be written, so that its change need not be decoded. */
  expect(write: PendingWrite): void {
    this.#written.set(write.stored, write);
  }

  /** True when the cache has come to `revision`; false when it did not within `timeoutMs`. */
  reach(revision: number, timeoutMs: number): boolean | Promise<boolean> {
    if (this.#revision >= revision) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), timeoutMs);
      const settle = (reached: boolean) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(reached);
      };
      const waiter: Waiter = { revision, resolve: settle };
      this.#waiters.add(waiter);
    });
  }

  #load(item: StoredValue): void {
    const prefix = prefixOfKey(item.key);
    if (!prefix) {
      this.#log.warn({ key: item.key }, "ignored a key of unknown shape");
      return;
    }
    const cache = this.resource(prefix);
    cache.load(new Entry(item.key, item.revision, item.value, cache.form));
  }

  #take(events: readonly StoreEvent[], revision: number): void {
    const changes = new Map<ResourceCache, CacheEvent[]>();
    for (const event of events) this.#apply(event, changes);
    this.#revision = Math.max(this.#revision, revision);
    for (const [cache, batch] of changes) cache.dispatch(batch);
    for (const waiter of [...this.#waiters]) if (waiter.revision <= this.#revision) waiter.resolve(true);
    this.#forgetOld();
  }

  #forgetOld(): void {
    const now = this.#now();
    if (now - this.#aging.since < keptMs) return;
    for (const cache of this.#caches.values()) cache.forget(this.#aging.revision);
    for (const mirror of this.#mirrors) mirror.forget(this.#aging.revision);
    this.#aging = { since: now, revision: this.#revision };
  }

  #apply(event: StoreEvent, changes: Map<ResourceCache, CacheEvent[]>): void {
    const prefix = prefixOfKey(event.key);
    if (!prefix) return;
    const cache = this.resource(prefix);
    const change = cache.apply(event, (from) => this.#entry(from, cache));
    if (!change) return;
    const batch = changes.get(cache);
    if (batch) batch.push(change);
    else changes.set(cache, [change]);
  }

  #entry(event: StoreEvent, { form }: ResourceCache): Entry {
    const { key, revision, value } = event;
    const written = this.#written.get(value);
    if (!written) return new Entry(key, revision, value, form);
    this.#written.delete(value);
    return written.entryAt(revision);
  }
}
