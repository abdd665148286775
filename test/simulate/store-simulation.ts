/**
 * The store and the watch cache above it, with writers, readers, watchers, compactions, failing writes and crashes, in an order that a seed
 * decides. What is promised is checked all the way: revisions never go back, an acknowledged write is there, a list is what was at its
 * revision, a watch tells every change once and in order, and when all is quiet the cache holds what the store holds.
 */
import assert from "node:assert/strict";
import { pino } from "pino";
import type { ResourceCache } from "../../src/apiserver/registry/cache/resource-cache.ts";
import { WatchCache } from "../../src/apiserver/registry/cache/watch-cache.ts";
import type { Store, StoreEvent } from "../../src/store/contract.ts";
import { StoreError } from "../../src/store/errors.ts";
import { JournaledLog } from "../../src/store/journaled-log.ts";
import type { Version, VersionLog } from "../../src/store/version-log.ts";
import { VersionedStore } from "../../src/store/versioned-store.ts";
import { Random } from "../support/random.ts";
import { KnownLog } from "./known-log.ts";
import { SimulatedDevice } from "./simulated-journal.ts";
import { Disk, SimulatedLog } from "./simulated-log.ts";
import { Steps } from "./steps.ts";

const prefixes = ["/registry/core/configmaps/", "/registry/core/secrets/"] as const;
const keys = prefixes.flatMap((prefix) => ["a/1", "a/2", "b/1"].map((name) => prefix + name));
const silent = pino({ enabled: false });
/** Times that the process is killed. */
const lives = 3;

const isRefusal = (error: unknown, ...codes: readonly string[]) =>
  error instanceof StoreError && codes.includes(error.code);

/** What outlives the process, and who decides. */
interface World {
  readonly disk: Disk;
  readonly steps: Steps;
  readonly random: Random;
  readonly hasJournal: boolean;
  readonly onListenerError: (error: unknown) => void;
}

/** One life of the process: from opening the store to its end. */
class Life {
  readonly log: KnownLog;
  readonly store: Store;
  readonly cache: WatchCache;
  isOver = false;
  readonly #mortal: { die(): void }[] = [];

  constructor(world: World, before: Life | undefined) {
    const { disk, steps, onListenerError } = world;
    this.log = new KnownLog(this.#open(world), disk, before?.log);
    this.store = new VersionedStore(this.log, { defer: steps.defer, onListenerError });
    this.cache = new WatchCache(this.store, silent);
    for (const prefix of prefixes) this.cache.resource(prefix);
  }

  #open({ disk, steps, random, hasJournal }: World): VersionLog {
    const failures = random.pick([0, 0.05, 0.3]);
    const log = new SimulatedLog({ disk, steps, random, failures });
    this.#mortal.push(log);
    if (!hasJournal) return log;
    const [first, second] = disk.journal.map((file) => new SimulatedDevice({ file, steps, random, failures }));
    this.#mortal.push(first!, second!);
    return new JournaledLog(log, {
      folder: "simulated",
      devices: [first!, second!],
      versions: random.pick([2, 5, 1000]),
      later: (callback) => this.#later(callback, steps),
    });
  }

  /** Once it is the only thing left to do, or at any time before. */
  #later(callback: () => void, steps: Steps): () => void {
    let isDue = true;
    steps.defer(() => isDue && callback());
    return () => {
      isDue = false;
    };
  }

  die(): void {
    this.isOver = true;
    for (const one of this.#mortal) one.die();
  }
}

export class StoreSimulation {
  readonly #random: Random;
  readonly #steps: Steps;
  readonly #disk = new Disk();
  readonly #failures: unknown[] = [];
  readonly #hasJournal: boolean;
  #life: Life | undefined;
  #acknowledged = 0;
  #events = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#steps = new Steps(this.#random);
    // Only Linux has one, and only before a store that is durable.
    this.#hasJournal = seed % 3 > 0;
  }

  /** Answers what was done, so that a test can see that something was. Throws where a promise was broken. */
  async run(): Promise<{ steps: number; acknowledged: number; events: number; versions: number }> {
    for (let count = 0; count < lives; count++) await this.#live(count === lives - 1);
    return {
      steps: this.#steps.taken,
      acknowledged: this.#acknowledged,
      events: this.#events,
      versions: this.#disk.history.length,
    };
  }

  async #live(isLast: boolean): Promise<void> {
    const life = new Life(this.#world(), this.#life);
    this.#life = life;
    await life.cache.start();
    const until = isLast ? Number.POSITIVE_INFINITY : this.#steps.taken + 20 + this.#random.below(300);
    const actors = [this.#writer, this.#writer, this.#writer, this.#reader, this.#compactor];
    for (const actor of actors) this.#start(life, actor);
    const watchers = Array.from({ length: 4 }, () => new Watcher(life, this.#disk, this.#random));
    for (const watcher of watchers) this.#start(life, (one) => watcher.run(one, this.#steps));
    this.#start(life, this.#cacheWatcher);
    await this.#steps.run(() => this.#failures.length > 0 || this.#steps.taken >= until);
    if (this.#failures.length > 0) throw this.#failures[0];
    if (isLast) this.#compareAll(life, watchers);
    for (const watcher of watchers) this.#events += watcher.seen;
    life.die();
    this.#steps.forget();
  }

  #world(): World {
    return {
      disk: this.#disk,
      steps: this.#steps,
      random: this.#random,
      hasJournal: this.#hasJournal,
      onListenerError: (error) => this.#failures.push(error),
    };
  }

  #start(life: Life, actor: (life: Life) => Promise<void>): void {
    void actor.call(this, life).catch((error: unknown) => this.#failures.push(error));
  }

  /** Writes what it believes is the next version; now and then on purpose what cannot be. */
  async #writer(life: Life): Promise<void> {
    for (let count = 0; count < 25; count++) {
      await this.#steps.pause();
      const key = this.#random.pick(keys);
      const expected = this.#random.chance(0.9) ? ((await life.store.get(key))?.revision ?? 0) : this.#random.below(50);
      const text = `{"metadata":{"name":"x"},"n":${this.#random.below(1e9)}}`;
      const value = this.#random.chance(0.25) && expected > 0 ? undefined : Buffer.from(text);
      try {
        const revision = await life.store.write({ key, expected, ...(value && { value }) });
        this.#checkWritten({ key, revision, previous: expected, ...(value && { value }) });
        // Who has the answer finds it in the cache, or waits for it.
        assert.equal(await life.cache.reach(revision, 60_000), true);
        assert.ok(life.cache.revision >= revision);
      } catch (error) {
        if (!isRefusal(error, "conflict", "failed")) throw error;
        if (isRefusal(error, "conflict"))
          this.#checkPresent(key, expected, (error as StoreError).present?.revision ?? 0);
      }
    }
  }

  #checkWritten(written: Version): void {
    this.#acknowledged++;
    const durable = this.#disk.history.findLast(({ revision }) => revision === written.revision);
    assert.deepEqual(durable, written, "what was acknowledged is durable as it was written");
  }

  #checkPresent(key: string, expected: number, present: number): void {
    assert.ok(present !== expected || expected === 0, "a write was refused though it expected what is there");
    const isOne = this.#disk.history.some((version) => version.key === key && version.revision === present);
    assert.ok(present === 0 || isOne, "a conflict tells a version that never was");
  }

  /** Lists, in pages, at present and at past revisions. */
  async #reader(life: Life): Promise<void> {
    for (let count = 0; count < 25; count++) {
      await this.#steps.pause();
      const prefix = this.#random.pick(["/registry/", ...prefixes, `${prefixes[0]}a/`]);
      const past = Math.max(1, life.store.revision - this.#random.below(20));
      try {
        await this.#list(life, prefix, this.#random.chance(0.5) ? undefined : past);
      } catch (error) {
        if (!isRefusal(error, "compacted")) throw error;
      }
    }
  }

  async #list(life: Life, prefix: string, asked: number | undefined): Promise<void> {
    const found: string[] = [];
    let revision = asked;
    for (let after: string | undefined; ; ) {
      const limit = 1 + this.#random.below(4);
      const page = await life.store.list({
        prefix,
        limit,
        ...(after !== undefined && { after }),
        ...(revision !== undefined && { revision }),
      });
      revision ??= page.revision;
      assert.equal(page.revision, revision);
      found.push(...page.items.map((item) => `${item.key} ${item.revision}`));
      if (page.remaining === 0) break;
      after = page.items.at(-1)!.key;
      await this.#steps.pause();
    }
    const wanted = keys.filter((key) => key.startsWith(prefix)).map((key) => this.#disk.valueAt(key, revision!));
    const present = wanted.filter((version) => version !== undefined);
    const lines = present.map((version) => `${version.key} ${version.revision}`).sort();
    assert.deepEqual(found, lines, `a list at ${revision} is what was then`);
  }

  async #compactor(life: Life): Promise<void> {
    for (let count = 0; count < 6; count++) {
      for (let wait = this.#random.below(20); wait > 0; wait--) await this.#steps.pause();
      const revision = Math.max(1, life.store.revision - this.#random.below(12));
      await life.store.compact(revision).catch((error: unknown) => {
        if (!isRefusal(error, "failed")) throw error;
      });
    }
  }

  /** What the API server's own watches read: changes at hand, then each batch. */
  async #cacheWatcher(life: Life): Promise<void> {
    await this.#steps.pause();
    for (const prefix of prefixes) {
      const cache = life.cache.resource(prefix);
      let newest = life.cache.revision;
      const replayed = cache.eventsAfter(Math.max(cache.floor, newest - this.#random.below(10))) ?? [];
      for (const { revision } of replayed)
        assert.ok(revision <= newest, "a change is at hand before the cache has come to it");
      cache.listen((events) => {
        for (const { revision, type, previous } of events) {
          assert.ok(revision > newest, `the cache told ${revision} after ${newest}`);
          assert.equal(type === "ADDED", previous === undefined);
          newest = revision;
        }
        assert.ok(life.cache.revision >= newest, "who hears of a change finds the cache there");
      });
    }
  }

  #compareAll({ store, cache }: Life, watchers: readonly Watcher[]): void {
    assert.equal(cache.revision, store.revision, "at rest the cache is where the store is");
    for (const prefix of prefixes) {
      const wanted = keys.filter((key) => key.startsWith(prefix)).map((key) => this.#disk.valueAt(key, store.revision));
      const present = wanted.filter((version) => version !== undefined);
      assert.deepEqual(
        linesOf(cache.resource(prefix)),
        present.map((version) => `${version.key} ${version.revision} ${Buffer.from(version.value!)}`).sort(),
        "at rest the cache holds what the store holds",
      );
    }
    for (const watcher of watchers) watcher.compareAtRest(store.revision);
  }
}

const linesOf = (cache: ResourceCache) =>
  cache.list(cache.prefix).map(({ key, revision, stored }) => `${key} ${revision} ${stored}`);

/** Watches, leaves and comes back where it was, or lists anew where history is gone. */
class Watcher {
  readonly #disk: Disk;
  readonly #random: Random;
  readonly #prefix: string;
  seen = 0;
  #from = 0;
  #reached = 0;
  #events: StoreEvent[] = [];
  #isWatching = false;

  constructor(life: Life, disk: Disk, random: Random) {
    this.#disk = disk;
    this.#random = random;
    this.#prefix = random.pick(["/registry/", ...prefixes]);
    this.#begin(Math.max(1, life.store.revision - random.below(8)));
  }

  async run(life: Life, steps: Steps): Promise<void> {
    for (let round = 0; round < 6; round++) {
      for (let wait = this.#random.below(15); wait > 0; wait--) await steps.pause();
      try {
        const watch = life.store.watch(this.#prefix, this.#reached, (events, revision) => this.#take(events, revision));
        this.#isWatching = true;
        for (let wait = this.#random.below(60); wait > 0; wait--) await steps.pause();
        if (round === 5) return;
        watch.close();
        this.#isWatching = false;
      } catch (error) {
        if (!isRefusal(error, "compacted")) throw error;
        this.#begin((await life.store.list({ prefix: this.#prefix })).revision);
      }
    }
  }

  #begin(revision: number): void {
    this.#from = revision;
    this.#reached = revision;
    this.#events = [];
  }

  #take(events: readonly StoreEvent[], revision: number): void {
    assert.ok(revision >= this.#reached, `a watch went back from ${this.#reached} to ${revision}`);
    for (const event of events) {
      assert.ok(event.revision > this.#reached, `a watch at ${this.#reached} was told ${event.revision} again`);
      this.#events.push(event);
    }
    this.#reached = revision;
    this.seen += events.length;
    const told = this.#events.map((event) => event.revision);
    assert.deepEqual(told, this.#wanted(), `a watch from ${this.#from} to ${revision} tells every change once`);
    for (const { previous, key, revision: at } of events)
      assert.equal(previous?.revision, this.#disk.valueAt(key, at - 1)?.revision, "a change tells what was before");
  }

  #wanted(): number[] {
    return this.#disk.history
      .filter(({ key, revision }) => key.startsWith(this.#prefix) && revision > this.#from && revision <= this.#reached)
      .map(({ revision }) => revision);
  }

  compareAtRest(revision: number): void {
    if (this.#isWatching) assert.equal(this.#reached, revision, "at rest a watch has come to the newest revision");
  }
}
