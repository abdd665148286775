/** Delivers events to watches: first what lies between a watch's start and now, in portions, then each commit as it comes. */
import type { StoredValue, StoreEvent, StoreListener, StoreWatch } from "./contract.ts";
import { compacted, future } from "./errors.ts";
import type { Version, VersionLog } from "./version-log.ts";

/** Versions read at once while a watch catches up; between portions the process does other things. */
const portion = 500;

interface Watcher {
  readonly prefix: string;
  readonly listener: StoreListener;
  readonly onFailure: (error: unknown) => void;
  /** Everything up to here is delivered. */
  cursor: number;
  /** `behind`: the catching up is scheduled; `live`: fed by commits. */
  state: "behind" | "live" | "closed";
}

/** Changes that a watch is behind with, up to a revision. */
interface History {
  readonly events: readonly StoreEvent[];
  readonly reached: number;
}

export interface WatchHubOptions {
  readonly log: VersionLog;
  /** Told of what a listener throws, and why a watch cannot go on where it has nobody to tell; the others go on. */
  onListenerError(error: unknown): void;
  /** Calls back in a later turn of the event loop. */
  defer(callback: () => void): void;
}

export class WatchHub {
  readonly #log: VersionLog;
  readonly #onListenerError: (error: unknown) => void;
  readonly #defer: (callback: () => void) => void;
  readonly #watchers = new Set<Watcher>();

  constructor({ log, onListenerError, defer }: WatchHubOptions) {
    this.#log = log;
    this.#defer = defer;
    this.#onListenerError = onListenerError;
  }

  watch(prefix: string, from: number, listener: StoreListener, onFailure = this.#onListenerError): StoreWatch {
    if (from < this.#log.floor) throw compacted(from, this.#log.floor);
    if (from > this.#log.newest) throw future(from, this.#log.newest);
    const live = from === this.#log.newest;
    const watcher: Watcher = { prefix, listener, onFailure, cursor: from, state: live ? "live" : "behind" };
    this.#watchers.add(watcher);
    if (!live) this.#scheduleCatchUp(watcher);
    return { close: () => this.#end(watcher) };
  }

  #end(watcher: Watcher): void {
    watcher.state = "closed";
    this.#watchers.delete(watcher);
  }

  /** Takes the events of one commit. */
  publish(events: readonly StoreEvent[], revision: number): void {
    for (const watcher of [...this.#watchers]) {
      if (watcher.state === "live" && revision > watcher.cursor)
        this.#deliver(watcher, news(events, watcher), revision);
    }
  }

  /** Before history is cut: nothing that a watch still needs may go. */
  catchUpAll(): void {
    for (const watcher of [...this.#watchers]) while (watcher.state === "behind") this.#catchUp(watcher);
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.state = "closed";
    this.#watchers.clear();
  }

  #scheduleCatchUp(watcher: Watcher): void {
    this.#defer(() => {
      if (watcher.state !== "behind") return;
      this.#catchUp(watcher);
      this.#scheduleCatchUp(watcher);
    });
  }

  #catchUp(watcher: Watcher): void {
    let history: History;
    try {
      history = this.#historyAfter(watcher.cursor, watcher.prefix);
    } catch (error) {
      this.#end(watcher);
      watcher.onFailure(error);
      return;
    }
    if (history.reached === this.#log.newest) watcher.state = "live";
    this.#deliver(watcher, history.events, history.reached);
  }

  /** Throws where it cannot be read. */
  #historyAfter(revision: number, prefix: string): History {
    const versions = this.#log.versions(revision, portion);
    const reached = versions.length < portion ? this.#log.newest : versions.at(-1)!.revision;
    const matching = versions.filter(({ key }) => key.startsWith(prefix));
    return { events: matching.map((version) => eventOf(version, previousOf(this.#log, version))), reached };
  }

  #deliver(watcher: Watcher, events: readonly StoreEvent[], revision: number): void {
    watcher.cursor = revision;
    try {
      watcher.listener(matchingEvents(events, watcher.prefix), revision);
    } catch (error) {
      this.#onListenerError(error);
    }
  }
}

/** A watch that began, or caught up, when these were durable and not yet told has some of them already. */
function news(events: readonly StoreEvent[], { cursor }: Watcher): readonly StoreEvent[] {
  const [first] = events;
  return first && first.revision > cursor ? events : events.filter(({ revision }) => revision > cursor);
}

/** The common case, one prefix over everything, copies nothing. */
function matchingEvents(events: readonly StoreEvent[], prefix: string): readonly StoreEvent[] {
  return events.every(({ key }) => key.startsWith(prefix))
    ? events
    : events.filter(({ key }) => key.startsWith(prefix));
}

function previousOf(log: VersionLog, { previous }: Version): StoredValue | undefined {
  return previous === 0 ? undefined : storedValue(log.version(previous));
}

export function storedValue(version: Version | undefined): StoredValue | undefined {
  return version?.value && { key: version.key, value: version.value, revision: version.revision };
}

/** Who follows everything knows what was there before: it is read, from the disk perhaps, only where somebody asks. */
export function lazyEvent(log: VersionLog, version: Version): StoreEvent {
  const { key, revision, value } = version;
  const type = value ? "put" : "delete";
  if (version.previous === 0) return eventOf(version, undefined);
  let before: StoredValue | undefined;
  const previous = () => (before ??= previousOf(log, version));
  return {
    type,
    key,
    revision,
    get value() {
      return value ?? previous()!.value;
    },
    get previous() {
      return previous()!;
    },
  };
}

export function eventOf(version: Version, previous: StoredValue | undefined): StoreEvent {
  const { key, revision, value } = version;
  const type = value ? "put" : "delete";
  return { type, key, revision, value: value ?? previous!.value, ...(previous && { previous }) };
}
