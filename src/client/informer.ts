/**
 * Keeps a cache of one resource current: list, then watch from the list's revision; from the start again when the server no longer has
 * that revision; after a pause when it does not answer.
 */
import type { Logger } from "pino";
import { isGone, type KubernetesObject, type ResourceInfo } from "../api/mod.ts";
import type { Clock } from "./component.ts";
import type { EventHandler, Informer, InformerOptions, Lister, ResourceClient, WatchEvent } from "./contract.ts";
import { Indexer } from "./indexer.ts";

/** Each step leads to the next one or, where it fails, to the one its comment names. */
type State =
  /** → watching; fails → waiting. */
  | { readonly step: "listing" }
  /** → watching, at the last revision seen; 410 → listing; fails → waiting, then watching again. */
  | { readonly step: "watching"; readonly resourceVersion: string }
  | { readonly step: "waiting"; readonly next: State };

const backoffMs = { first: 50, most: 30_000 };

export interface ReflectorContext {
  readonly clock: Clock;
  readonly log: Logger;
}

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
    for (const object of this.#cache.list()) this.#call(() => handler.add?.(object));
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  /** Resolves when `signal` ends it. */
  async run(signal: AbortSignal): Promise<void> {
    let state: State = { step: "listing" };
    while (!signal.aborted) state = await this.#next(state, signal);
  }

  async #next(state: State, signal: AbortSignal): Promise<State> {
    switch (state.step) {
      case "listing":
        return this.#attempt(state, signal, () => this.#list(signal));
      case "watching":
        return this.#attempt(state, signal, () => this.#watch(state.resourceVersion, signal));
      case "waiting":
        await this.#pause(signal);
        return state.next;
    }
  }

  async #attempt(state: State, signal: AbortSignal, work: () => Promise<State>): Promise<State> {
    try {
      const next = await work();
      this.#failures = 0;
      return next;
    } catch (error) {
      if (isGone(error)) return { step: "listing" };
      if (!signal.aborted)
        this.#context.log.debug(
          { resource: this.resource.resource, error: (error as Error).message },
          "list or watch failed; trying again",
        );
      return {
        step: "waiting",
        next:
          this.#lastSeen && state.step === "watching" ? { step: "watching", resourceVersion: this.#lastSeen } : state,
      };
    }
  }

  #lastSeen = "";

  #pause(signal: AbortSignal): Promise<void> {
    const delayMs = Math.min(backoffMs.first * 2 ** this.#failures, backoffMs.most);
    this.#failures += 1;
    return new Promise((resolve) => {
      const cancel = this.#context.clock.after(delayMs, done);
      function done() {
        signal.removeEventListener("abort", stop);
        resolve();
      }
      function stop() {
        cancel();
        resolve();
      }
      signal.addEventListener("abort", stop, { once: true });
      if (signal.aborted) stop();
    });
  }

  async #list(signal: AbortSignal): Promise<State> {
    const list = await this.#client.list({ ...this.#options, resourceVersion: "0", signal });
    const present = new Set(list.items.map((object) => `${object.metadata.namespace ?? ""}/${object.metadata.name}`));
    for (const object of this.#cache.list())
      if (!present.has(`${object.metadata.namespace ?? ""}/${object.metadata.name}`)) this.#remove(object);
    for (const object of list.items) this.#put(object);
    this.#hasSynced = true;
    this.#markSynced();
    this.#lastSeen = list.metadata.resourceVersion;
    return { step: "watching", resourceVersion: this.#lastSeen };
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<State> {
    this.#lastSeen = resourceVersion;
    for await (const event of this.#client.watch({ ...this.#options, resourceVersion, signal })) this.#apply(event);
    return { step: "watching", resourceVersion: this.#lastSeen };
  }

  #apply({ type, object }: WatchEvent<T>): void {
    this.#lastSeen = object.metadata.resourceVersion;
    // One good event ends the backoff: a connection that breaks now and then is not a server that is down.
    this.#failures = 0;
    if (type === "ADDED" || type === "MODIFIED") this.#put(object);
    if (type === "DELETED") this.#remove(object);
  }

  #put(object: T): void {
    const old = this.#cache.put(object);
    if (old?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    for (const handler of this.#handlers)
      this.#call(() => (old ? handler.update?.(object, old) : handler.add?.(object)));
  }

  #remove(object: T): void {
    const old = this.#cache.remove(object);
    if (!old) return;
    for (const handler of this.#handlers) this.#call(() => handler.delete?.(object));
  }

  /** A handler that throws must not end the cache for the others. */
  #call(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#context.log.error({ resource: this.resource.resource, error }, "informer handler failed");
    }
  }
}
