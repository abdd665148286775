/**
 * A store behind a door that seals what goes in and opens what comes out. Resources that are not encrypted pass as they are; without an
 * encryption configuration there is no such door at all.
 */
import type {
  ListPage,
  ListQuery,
  Store,
  StoredValue,
  StoreEvent,
  StoreListener,
  StoreWatch,
  Write,
} from "../contract.ts";
import { StoreError, tooLarge } from "../errors.ts";
import { maxValueBytes } from "../versioned-store.ts";
import { type EncryptionRules, openWith } from "./rules.ts";

/** What a cipher may add to a value, in bytes: names and cipher texts of keys included. */
export const sealingBytes = 16 * 1024;

export interface EncryptedStoreOptions {
  readonly rules: EncryptionRules;
  /** Told of a value in a watch that cannot be opened, where nobody else is: that watch goes no further. And of what a listener throws. */
  onProblem(error: unknown): void;
}

export class EncryptedStore implements Store {
  readonly #inner: Store;
  readonly #onProblem: (error: unknown) => void;
  #rules: EncryptionRules;
  /** How each encrypted value is sealed, by its key. */
  readonly #tags = new Map<string, string>();
  /** Of values written here: a change that comes back from the store need not be opened. */
  readonly #written = new WeakMap<Uint8Array, Uint8Array>();

  constructor(inner: Store, { rules, onProblem }: EncryptedStoreOptions) {
    this.#inner = inner;
    this.#rules = rules;
    this.#onProblem = onProblem;
  }

  /** Other rules, from now on. What is sealed by others than theirs is opened no more. */
  replaceRules(rules: EncryptionRules): void {
    this.#rules = rules;
  }

  get revision(): number {
    return this.#inner.revision;
  }

  get floor(): number {
    return this.#inner.floor;
  }

  get sizeBytes(): number {
    return this.#inner.sizeBytes ?? 0;
  }

  async get(key: string): Promise<StoredValue | undefined> {
    const found = await this.#inner.get(key);
    return found && this.#open(found);
  }

  async list(query: ListQuery): Promise<ListPage> {
    const page = await this.#inner.list(query);
    return { ...page, items: await Promise.all(page.items.map((item) => this.#open(item))) };
  }

  async write(write: Write): Promise<number> {
    const { key, value } = write;
    if (value && value.byteLength > maxValueBytes) throw tooLarge(maxValueBytes);
    const [provider] = (value && this.#rules.providersOf(key)) || [];
    try {
      if (!value || !provider) {
        const revision = await this.#inner.write(write);
        this.#tags.delete(key);
        return revision;
      }
      const { tag } = provider;
      const sealing = provider.seal(value, key);
      const sealed = sealing instanceof Promise ? await sealing : sealing;
      if (sealed !== value) this.#written.set(sealed, value);
      const revision = await this.#inner.write({ ...write, value: sealed });
      if (write.isLast) this.#tags.delete(key);
      else this.#tags.set(key, tag);
      return revision;
    } catch (error) {
      throw await this.#readable(error);
    }
  }

  watch(prefix: string, from: number, listener: StoreListener, onFailure = this.#onProblem): StoreWatch {
    let last: Promise<void> | undefined;
    let open = true;
    const fail = (error: unknown) => {
      if (!open) return;
      open = false;
      watch.close();
      onFailure(error);
    };
    const deliver = (events: readonly StoreEvent[], revision: number) => {
      if (open) listener(events, revision);
    };
    /** A listener's own mistake holds nobody up, itself included. */
    const deliverLater = (events: readonly StoreEvent[], revision: number) => {
      try {
        deliver(events, revision);
      } catch (error) {
        this.#onProblem(error);
      }
    };
    const watch = this.#inner.watch(prefix, from, (events, revision) => {
      if (!open) return;
      const opened = events.map((event) => this.#openEvent(event));
      // Nearly always: the keys are at hand.
      if (!last && opened.every((one): one is StoreEvent => !(one instanceof Promise))) {
        deliver(opened, revision);
        return;
      }
      const mine = Promise.all([last, ...opened]).then(([, ...ready]) => {
        deliverLater(ready as StoreEvent[], revision);
        if (last === mine) last = undefined;
      }, fail);
      last = mine;
    });
    return {
      close() {
        open = false;
        watch.close();
      },
    };
  }

  /** The value at `key` is sealed otherwise than it would be now: by an old key, or not at all. */
  mustRewrite(key: string): boolean {
    const [provider] = this.#rules.providersOf(key) ?? [];
    return provider !== undefined && (this.#tags.get(key) ?? "") !== provider.tag;
  }

  compact(revision: number): Promise<void> {
    return this.#inner.compact(revision);
  }

  close(): Promise<void> {
    for (const provider of this.#rules.providers) provider.close?.();
    return this.#inner.close();
  }

  #open<V extends StoredValue>(stored: V): V | Promise<V> {
    const providers = this.#rules.providersOf(stored.key);
    if (!providers) return stored;
    const known = this.#written.get(stored.value);
    if (known) return { ...stored, value: known };
    const opened = openWith(providers, stored.value, stored.key);
    const put = ({ value, tag }: { value: Uint8Array; tag: string }): V => {
      this.#tags.set(stored.key, tag);
      return { ...stored, value };
    };
    return opened instanceof Promise ? opened.then(put) : put(opened);
  }

  #openEvent(event: StoreEvent): StoreEvent | Promise<StoreEvent> {
    if (!this.#rules.providersOf(event.key)) return event;
    try {
      const previous = event.previous && this.#openPrevious(event.previous);
      const opened = this.#open(event);
      if (!(previous instanceof Promise) && !(opened instanceof Promise))
        return previous ? { ...opened, previous } : opened;
      return Promise.all([previous, opened]).then(([before, now]) => (before ? { ...now, previous: before } : now));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Hardly anybody looks at it, and its key may be gone for good reason: then it stays sealed. */
  #openPrevious(stored: StoredValue): StoredValue | Promise<StoredValue> {
    try {
      const opened = this.#open(stored);
      return opened instanceof Promise ? opened.catch(() => stored) : opened;
    } catch {
      return stored;
    }
  }

  /** A conflict carries the present value. */
  async #readable(error: unknown): Promise<unknown> {
    if (!(error instanceof StoreError) || error.code !== "conflict" || !error.present) return error;
    return new StoreError("conflict", error.message, { present: await this.#open(error.present) });
  }
}
