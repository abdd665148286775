/** All objects of one resource in memory, in key order, with the newest changes. Fed by the watch cache; knows no store. */
import { bisect, type StoredValue, type StoreEvent } from "../../../store/mod.ts";
import type { ByteSlabs } from "./byte-slabs.ts";
import { CacheEvent, type CacheListener } from "./cache-event.ts";
import { Entry } from "./entry.ts";
import type { ListenOptions, ObjectCache } from "./object-cache.ts";
import { SortedEntries } from "./sorted-entries.ts";
import type { StoredForm } from "./stored-form.ts";

/** Changes kept for watches that start a little in the past; older ones replay from the store. */
export const keptEvents = 512;
/** At least so much of them in all their forms, and about twice that at most: of large objects fewer changes are kept. */
export const keptBytes = 16 * 1024 * 1024;
/** They are weighed whenever so much more has come, as stored: their other forms are made later, for who asks. */
const weighedBytes = keptBytes / 8;

/** Lists so far and the objects that they read and sent, for metrics. */
class ListCounts {
  total = 0;
  fetched = 0;
  returned = 0;

  add(fetched: number, returned: number): void {
    this.total++;
    this.fetched += fetched;
    this.returned += returned;
  }
}

export class ResourceCache implements ObjectCache {
  readonly prefix: string;
  readonly form: StoredForm;
  readonly #sorted = new SortedEntries();
  readonly #events: CacheEvent[] = [];
  /** Since the changes were weighed. */
  #newBytes = 0;
  readonly #listeners = new Map<CacheListener, ListenOptions>();
  /** Changes so far, for metrics. */
  received = 0;
  readonly lists = { memory: new ListCounts(), history: new ListCounts() };
  #floor: number;
  #changed = 0;
  #watchers = 0;
  /** Who keeps decoded objects, so that they are worth keeping here. */
  #keepers = 0;
  readonly #slabs: ByteSlabs | undefined;

  /** What has not changed for a while lies in `slabs`, where they are given. */
  constructor(prefix: string, form: StoredForm, floor: number, slabs?: ByteSlabs) {
    this.prefix = prefix;
    this.form = form;
    this.#floor = floor;
    this.#slabs = slabs;
  }

  get floor(): number {
    return this.#floor;
  }

  get changed(): number {
    return this.#changed;
  }

  /** Who hears of every change. */
  get watchers(): number {
    return this.#watchers;
  }

  get size(): number {
    return this.#sorted.size;
  }

  get(key: string): Entry | undefined {
    return this.#sorted.get(key);
  }

  list(prefix: string, after = "", limit?: number): readonly Entry[] {
    return this.#sorted.slice(following(prefix, after), this.#end(prefix), limit);
  }

  count(prefix: string, after = ""): number {
    return this.#sorted.count(following(prefix, after), this.#end(prefix));
  }

  /** No key holds U+FFFF: it comes after all keys with this prefix. */
  #end(prefix: string): string | undefined {
    return prefix === this.prefix ? undefined : `${prefix}\uffff`;
  }

  eventsAfter(revision: number): readonly CacheEvent[] | undefined {
    if (revision < this.#floor) return undefined;
    return this.#events.slice(bisect(this.#events, (event) => event.revision <= revision));
  }

  listen(listener: CacheListener, options: ListenOptions = {}): () => void {
    this.#listeners.set(listener, options);
    const counts = options.narrow ? 0 : 1;
    const keeps = options.keepsObjects ? 1 : 0;
    this.#watchers += counts;
    this.#keepers += keeps;
    return () => {
      if (!this.#listeners.delete(listener)) return;
      this.#watchers -= counts;
      this.#keepers -= keeps;
    };
  }

  /** Nothing changes here any more: who listens is told so. */
  close(): void {
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    this.#watchers = 0;
    this.#keepers = 0;
    for (const { onClose } of listeners) onClose?.();
  }

  /** Most objects of a recent snapshot have not changed since: their decoded form is shared. */
  entriesOf(values: readonly StoredValue[]): readonly Entry[] {
    return values.map(({ key, revision, value }) => {
      const known = this.#sorted.get(key);
      return known?.revision === revision ? known : new Entry(key, revision, value, this.form);
    });
  }

  changesOf(events: readonly StoreEvent[]): readonly CacheEvent[] {
    return events.map(({ type, key, revision, value, previous }) => {
      const before = previous && new Entry(key, previous.revision, previous.value, this.form);
      const change = type === "delete" ? "DELETED" : before ? "MODIFIED" : "ADDED";
      return new CacheEvent(change, revision, new Entry(key, revision, value, this.form), before);
    });
  }

  /** What changed up to this revision is not at hand: watches that start earlier read the store's history. */
  begin(revision: number): void {
    this.#floor = revision;
  }

  /** Takes an object that was there before the first change. In key order. */
  load(entry: Entry): void {
    if (this.#slabs) entry.rest(this.#slabs);
    this.#sorted.put(entry);
    this.#changed = Math.max(this.#changed, entry.revision);
  }

  /** Takes one change of the store; `makeEntry` is asked for the entry of its value. */
  apply(event: StoreEvent, makeEntry: (event: StoreEvent) => Entry): CacheEvent | undefined {
    const previous = this.#sorted.get(event.key);
    if (event.type === "delete" && !previous) return undefined;
    const entry = event.type === "delete" ? previous!.at(event.revision) : makeEntry(event);
    if (event.type === "delete") this.#sorted.remove(event.key);
    else this.#sorted.put(entry);
    this.#changed = event.revision;
    this.received++;
    const type = event.type === "delete" ? "DELETED" : previous ? "MODIFIED" : "ADDED";
    const change = new CacheEvent(type, event.revision, entry, previous);
    previous?.supersede();
    this.#remember(change);
    return change;
  }

  /** Changes up to this revision are no longer at hand. */
  forget(revision: number): void {
    this.#drop(bisect(this.#events, (event) => event.revision <= revision));
  }

  dispatch(events: readonly CacheEvent[]): void {
    for (const listener of [...this.#listeners.keys()]) listener(events);
    for (const event of events) event.forgetLooks();
  }

  #remember(change: CacheEvent): void {
    this.#events.push(change);
    this.#newBytes += change.entry.storedLength;
    const areMany = this.#events.length >= keptEvents * 2;
    if (!areMany && this.#newBytes < weighedBytes) return;
    this.#newBytes = 0;
    const weights = this.#events.map((event) => this.#weightOf(event));
    let bytes = weights.reduce((sum, weight) => sum + weight, 0);
    if (!areMany && bytes < keptBytes * 2) return;
    let gone = 0;
    while (weights.length - gone > (bytes > keptBytes ? 1 : keptEvents)) bytes -= weights[gone++]!;
    this.#drop(gone);
  }

  /** The oldest changes. */
  #drop(count: number): void {
    if (count === 0) return;
    this.#floor = this.#events[count - 1]!.revision;
    this.#leave(this.#events.splice(0, count));
  }

  /** Events, and most else that nobody in this process follows, are written once and then only sent: their bytes are enough. */
  #leave(old: readonly CacheEvent[]): void {
    for (const { entry, previous } of old) {
      if (this.#keepers === 0) entry.forgetObject();
      if (!this.#slabs) continue;
      if (this.#sorted.get(entry.key) === entry) entry.rest(this.#slabs);
      previous?.retire(this.#slabs);
    }
  }

  /** The state before is most often that of an earlier change, and weighed there. */
  #weightOf({ previous, heldBytes }: CacheEvent): number {
    const isOnlyHere = previous && previous.revision < this.#events[0]!.revision;
    return heldBytes + (isOnlyHere ? previous.heldBytes : 0);
  }
}

/** The first key with `prefix` that may come behind `after`. */
const following = (prefix: string, after: string): string => (after === "" ? prefix : `${after}\0`);
