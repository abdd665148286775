/** Objects written whose new state the cache does not show yet: a plan made before it does would repeat or undo the write. */
import type { KubernetesObject } from "../../api/mod.ts";
import type { Clock, Lister } from "../../client/mod.ts";
import { keyOf } from "./object.ts";

const expiryMs = 60_000;

interface Unseen {
  readonly object: KubernetesObject;
  readonly at: number;
}

export class UnseenWrites {
  readonly #clock: Clock;
  readonly #lister: Lister<KubernetesObject>;
  readonly #byOwner = new Map<string, Map<string, Unseen>>();

  constructor(clock: Clock, lister: Lister<KubernetesObject>) {
    this.#clock = clock;
    this.#lister = lister;
  }

  /** The server's answer to a write made for the owner `key`. */
  wrote(key: string, object: KubernetesObject): void {
    if (this.#isSeen(object)) return;
    const entries = this.#byOwner.get(key) ?? new Map<string, Unseen>();
    this.#byOwner.set(key, entries.set(keyOf(object), { object, at: this.#clock.monotonic() }));
  }

  /** The cache has lost the object. */
  gone(key: string, object: KubernetesObject): void {
    this.#byOwner.get(key)?.delete(keyOf(object));
  }

  /** Some write for `key` has not come back; the event that brings it back is the time to look again. */
  isWaiting(key: string): boolean {
    const entries = this.#byOwner.get(key);
    if (entries === undefined) return false;
    for (const [name, { object, at }] of entries) {
      if (this.#isSeen(object) || this.#clock.monotonic() - at > expiryMs) entries.delete(name);
    }
    if (entries.size === 0) this.#byOwner.delete(key);
    return entries.size > 0;
  }

  forget(key: string): void {
    this.#byOwner.delete(key);
  }

  #isSeen(object: KubernetesObject): boolean {
    const cached = this.#lister.get(object.metadata.name, object.metadata.namespace);
    return Number(cached?.metadata.resourceVersion ?? 0) >= Number(object.metadata.resourceVersion);
  }
}
