/**
 * Keeps a cache of one resource current: list, then watch from the list's revision; from the start again when the server no longer has
 * that revision; after a pause when it does not answer.
 */
import type { Logger } from "pino";
import { isGone, type KubernetesObject, type ResourceInfo } from "../api/mod.ts";
import type { Clock } from "./component.ts";
import type { EventHandler, Informer, InformerOptions, Lister, ResourceClient, WatchEvent } from "./contract.ts";
import { Indexer } from "./indexer.ts";
import { ownershipOf } from "./ownership.ts";
import { pause } from "./pause.ts";

/** Each step leads to the next one or, where it fails, to the one its comment names. */
type State =
  /** → watching; fails → waiting, then listing again. `"0"` takes what the server has at hand, `""` the newest. */
  | { readonly step: "listing"; readonly resourceVersion: "0" | "" }
  /** → watching, from the last revision seen; fails → waiting, then watching again; 410 → waiting, then listing. */
  | { readonly step: "watching"; readonly resourceVersion: string }
  | { readonly step: "waiting"; readonly next: State };

/** After a 410 the server's cache may be as old as what it has just refused. */
const listAnew: State = { step: "listing", resourceVersion: "" };
const shortestWatchMs = 1000;
const backoffMs = { first: 50, most: 30_000 };

export interface ReflectorContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** Between 0 and 1; default `Math.random`. */
  readonly random?: () => number;
}

const keyOf = ({ metadata }: KubernetesObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;

export class SharedInformer<T extends KubernetesObject> implements Informer<T> {
  readonly resource: ResourceInfo<T>;
  readonly #client: ResourceClient<T>;
  readonly #options: InformerOptions;
  readonly #context: ReflectorContext;
  readonly #cache = new Indexer<T>();
  readonly #handlers = new Set<EventHandler<T>>();
  readonly #synced: Promise<void>;
  #markSynced = () => {};
  #hasSynced = false;
  #failures = 0;
  #lastSeen = "";

  constructor(
    resource: ResourceInfo<T>,
    client: ResourceClient<T>,
    options: InformerOptions,
    context: ReflectorContext,
  ) {
    this.resource = resource;
    this.#client = client;
    this.#options = options;
    this.#context = context;
    this.#synced = new Promise((resolve) => (this.#markSynced = resolve));
  }

  get lister(): Lister<T> {
    return this.#cache;
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  waitForSync(): Promise<void> {
    return this.#synced;
  }

  addIndex(name: string, keys: (object: T) => readonly string[]): void {
    this.#cache.addIndex(name, keys);
  }

  addHandler(handler: EventHandler<T>): () => void {
    for (const object of this.#cache.list()) this.#call(handler, (told) => told.add?.(object));
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  /** Resolves when `signal` ends it. */
  async run(signal: AbortSignal): Promise<void> {
    let state: State = { step: "listing", resourceVersion: "0" };
    while (!signal.aborted) state = await this.#next(state, signal);
  }

  async #next(state: State, signal: AbortSignal): Promise<State> {
    try {
      switch (state.step) {
        case "listing":
          return await this.#list(state.resourceVersion, signal);
        case "watching":
          return await this.#watch(state.resourceVersion, signal);
        case "waiting":
          await pause(this.#context.clock, this.#backoffMs(), signal);
          return state.next;
      }
    } catch (error) {
      return this.#afterFailure(state, error, signal);
    }
  }

  #afterFailure(state: State, error: unknown, signal: AbortSignal): State {
    if (isGone(error)) return { step: "waiting", next: listAnew };
    if (!signal.aborted) {
      const { resource } = this.resource;
      this.#context.log.debug({ resource, error: String(error) }, "list or watch failed; trying again");
    }
    const next = state.step === "watching" ? { ...state, resourceVersion: this.#lastSeen } : state;
    return { step: "waiting", next };
  }

  /** Longer with each failure in a row, and never in step with others that failed at the same moment. */
  #backoffMs(): number {
    const delayMs = Math.min(backoffMs.first * 2 ** this.#failures, backoffMs.most);
    this.#failures += 1;
    return delayMs * (0.75 + 0.5 * (this.#context.random ?? Math.random)());
  }

  async #list(resourceVersion: string, signal: AbortSignal): Promise<State> {
    const list = await this.#client.list({ ...this.#options, resourceVersion, signal });
    const items = this.#options.metadataOnly ? list.items.map((object) => this.#kept(object)) : list.items;
    this.#replace(items);
    this.#hasSynced = true;
    this.#markSynced();
    this.#lastSeen = list.metadata.resourceVersion;
    return { step: "watching", resourceVersion: this.#lastSeen };
  }

  #replace(items: readonly T[]): void {
    const before = this.#cache.list();
    if (before.length > 0) {
      const present = new Set(items.map(keyOf));
      for (const object of before) if (!present.has(keyOf(object))) this.#remove(object);
    }
    for (const object of items) this.#put(object);
  }

  /** What the cache keeps of an object. */
  #kept(object: T): T {
    return this.#options.metadataOnly ? (ownershipOf(this.resource, object.metadata) as T) : object;
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<State> {
    const { clock } = this.#context;
    const longEnough = clock.monotonic() + shortestWatchMs;
    try {
      for await (const event of this.#client.watch({ ...this.#options, resourceVersion, signal })) this.#apply(event);
    } finally {
      if (clock.monotonic() >= longEnough) this.#failures = 0;
    }
    const next: State = { step: "watching", resourceVersion: this.#lastSeen };
    // Servers end watches after minutes. One that ends at once and with nothing would be asked in a circle.
    const isTooShort = this.#lastSeen === resourceVersion && clock.monotonic() < longEnough;
    return isTooShort ? { step: "waiting", next } : next;
  }

  #apply(event: WatchEvent<T>): void {
    const { type } = event;
    const object = this.#kept(event.object);
    this.#lastSeen = object.metadata.resourceVersion;
    // One good event ends the backoff: a connection that breaks now and then is not a server that is down.
    this.#failures = 0;
    if (type === "ADDED" || type === "MODIFIED") this.#put(object);
    if (type === "DELETED") this.#remove(object);
  }

  #put(object: T): void {
    const known = this.#cache.get(object.metadata.name, object.metadata.namespace);
    // Deleted and made again while nobody looked: another object, though it has the same name.
    if (known && known.metadata.uid !== object.metadata.uid) this.#remove(known);
    const old = this.#cache.put(object);
    if (old?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    this.#tell(old ? (handler) => handler.update?.(object, old) : (handler) => handler.add?.(object));
  }

  #remove(object: T): void {
    const old = this.#cache.remove(object);
    if (!old) return;
    this.#tell((handler) => handler.delete?.(object));
  }

  #tell(what: (handler: EventHandler<T>) => void): void {
    for (const handler of this.#handlers) this.#call(handler, what);
  }

  /** A handler that throws must not end the cache for the others. */
  #call(handler: EventHandler<T>, what: (handler: EventHandler<T>) => void): void {
    try {
      what(handler);
    } catch (error) {
      this.#context.log.error({ resource: this.resource.resource, err: error }, "informer handler failed");
    }
  }
}
