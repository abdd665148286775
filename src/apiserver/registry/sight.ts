/** What a selection shows of the changes. Watches that ask for the same share one: each batch of changes is looked at once for all of them. */
import type { CacheEvent } from "./cache/cache-event.ts";
import type { ObjectCache } from "./cache/object-cache.ts";
import type { Matches } from "./selection.ts";
import type { WatchItem } from "./watch-item.ts";

const nothing: readonly never[] = Object.freeze([]);

export class Sight {
  readonly prefix: string;
  readonly matches: Matches;
  /** Watches that look through it. */
  users = 0;
  #events: readonly CacheEvent[] = nothing;
  #items: readonly WatchItem[] = nothing;

  constructor(prefix: string, matches: Matches) {
    this.prefix = prefix;
    this.matches = matches;
  }

  /**
   * The same array for the same array, in the turn in which it is handed out: who gets it may share what is made of it, and may not change it.
   */
  of(events: readonly CacheEvent[]): readonly WatchItem[] {
    if (events === this.#events) return this.#items;
    this.#items = this.#look(events, see);
    this.#events = events;
    queueMicrotask(() => this.#forget());
    return this.#items;
  }

  /** Of changes that one watch has missed: nobody else asks for them. */
  ofMissed(events: readonly CacheEvent[]): readonly WatchItem[] {
    return this.#look(events, (event, matches) => {
      const item = see(event, matches);
      event.forgetLooks();
      return item;
    });
  }

  #look(events: readonly CacheEvent[], at: typeof see): readonly WatchItem[] {
    const items: WatchItem[] = [];
    for (const event of events) {
      if (!event.entry.key.startsWith(this.prefix)) continue;
      const item = at(event, this.matches);
      if (item) items.push(item);
    }
    return items;
  }

  #forget(): void {
    this.#events = nothing;
    this.#items = nothing;
  }
}

export interface SharedSight {
  readonly sight: Sight;
  release(): void;
}

/** By cache, because the changes of one are no other's; then by everything that is asked for. */
const sights = new WeakMap<ObjectCache, Map<string, Sight>>();

/** The sight of all who ask for `name` of this cache; the first of them makes it, the last one to release it takes it away. */
export function shareSight(cache: ObjectCache, name: string, make: () => Sight): SharedSight {
  const named = sights.get(cache) ?? new Map<string, Sight>();
  sights.set(cache, named);
  const sight = named.get(name) ?? make();
  named.set(name, sight);
  sight.users++;
  const release = () => {
    if (--sight.users === 0) named.delete(name);
  };
  return { sight, release };
}

/** A change through a selector: an object that begins to match appears, one that ceases to match disappears. */
function see(event: CacheEvent, matches: Matches): WatchItem | undefined {
  const { type, entry, previous, revision } = event;
  if (!matches) return { type, entry, shared: event };
  const before = previous !== undefined && matches(previous, event.lookBefore);
  if (type === "DELETED") return before ? { type, entry, shared: event } : undefined;
  const now = matches(entry, event.look);
  if (now && before === (type === "MODIFIED")) return { type, entry, shared: event };
  if (now) return { type: before ? "MODIFIED" : "ADDED", entry };
  // The client is shown the last state that matched, at the revision of the change.
  return before ? { type: "DELETED", entry: previous.at(revision) } : undefined;
}
