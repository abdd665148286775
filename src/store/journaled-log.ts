/**
 * A version log whose appends are durable after one wait for the disk: they go into a journal first, and in larger batches into the log behind
 * it. What is not there yet is read from memory; after a crash it is found in the journal. Of two files one takes appends while what the other
 * holds is carried over.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "./errors.ts";
import { type JournalDevice, journalNames, openDevice, openJournalDevices } from "./journal-device.ts";
import { JournalFile } from "./journal-file.ts";
import { inKeyOrder, mergeKeys } from "./keys.ts";
import { type Version, type VersionLog, valueBytesOf } from "./version-log.ts";

/** The log behind the journal. */
export interface CarefulLog extends VersionLog {
  /** Throws `full` where values of so many bytes will hardly find room. */
  requireRoom(valueBytes: number): void;
}

export interface JournalOptions {
  readonly folder: string;
  /** Carried over when so many wait, … */
  readonly versions?: number;
  /** … when they take so much, … */
  readonly bytes?: number;
  /** … and at the latest after so long. */
  readonly delayMs?: number;
  /** Default: two files in the folder. */
  readonly devices?: readonly [JournalDevice, JournalDevice];
  /** Calls back after so long, unless what it answers is called first. Default: a timer that keeps no process alive. */
  readonly later?: Later;
}

type Later = (callback: () => void, delayMs: number) => () => void;

const byTimer: Later = (callback, delayMs) => {
  const timer = setTimeout(callback, delayMs).unref();
  return () => clearTimeout(timer);
};

/**
 * More in one transaction would hold the event loop. Less would touch more pages of the log behind: each transaction moves the pages of keys that it
 * changes, and what was once read of a mapped file stays in memory.
 */
const portion = { versions: 1024, bytes: 4 * 1024 * 1024 } as const;
/** What waits while the carrying over takes long; appends wait then. */
const maximumBytes = 16 * 1024 * 1024;

export function hasJournal(folder: string): boolean {
  return journalNames.some((name) => existsSync(join(folder, name)));
}

/** For who cannot take a journal over. Throws `unwritable` where one holds writes after `newest`, which would be missing without a word. */
export function refuseJournal(folder: string, newest: number): void {
  for (const name of journalNames) {
    const file = new JournalFile(openDevice(join(folder, name)));
    const last = file.read(newest).at(-1)?.revision ?? 0;
    file.close(false);
    if (last <= newest) continue;
    const why = `the store in ${folder} ends at revision ${newest}, its journal holds more, up to ${last}`;
    throw new StoreError("unwritable", `${why}: only Linux can take it over; start and stop the store there once`);
  }
}

export class JournaledLog implements VersionLog {
  newest: number;
  readonly #behind: CarefulLog;
  readonly #limits: { readonly versions: number; readonly bytes: number; readonly delayMs: number };
  /** Not yet behind, by revision, in order. */
  readonly #waiting = new Map<number, Version>();
  /** Of the values of those. */
  #waitingBytes = 0;
  /** The newest of those, by key. */
  readonly #byKey = new Map<string, Version>();
  /** Takes appends. */
  #current: JournalFile;
  #other: JournalFile;
  /** An append is under way: it must end in the file in which it began. */
  #appending = false;
  /** Nothing is appended before everything is behind: after a start, and where a file could not be written. */
  #settleFirst: boolean;
  #carrying: Promise<void> | undefined;
  readonly #later: Later;
  /** Calls the carrying over off that is due later. */
  #callOff: (() => void) | undefined;

  /** Takes over what a journal in the folder holds. Throws `corrupt` where something between it and the log is missing. */
  constructor(
    behind: CarefulLog,
    { folder, versions = portion.versions, bytes = portion.bytes, delayMs = 1000, ...options }: JournalOptions,
  ) {
    this.#behind = behind;
    this.#limits = { versions, bytes, delayMs };
    this.#later = options.later ?? byTimer;
    const [first, second] = options.devices ?? openJournalDevices(folder);
    this.#current = new JournalFile(first);
    this.#other = new JournalFile(second);
    this.newest = behind.newest;
    try {
      const files = [this.#current, this.#other];
      const found = files.flatMap((file) => file.read(behind.newest)).sort((a, b) => a.revision - b.revision);
      for (const version of found) this.#recover(version, folder);
    } catch (error) {
      this.#current.close(false);
      this.#other.close(false);
      throw error;
    }
    this.#settleFirst = this.#waiting.size > 0;
  }

  #recover(version: Version, folder: string): void {
    if (version.revision <= this.newest) return;
    if (version.revision !== this.newest + 1) {
      const gap = `the store in ${folder} ends at revision ${this.newest}, its journal goes on at ${version.revision}`;
      throw new StoreError("corrupt", gap);
    }
    this.#remember(version);
  }

  get floor(): number {
    return this.#behind.floor;
  }

  get swept(): number {
    return this.#behind.swept;
  }

  get sizeBytes(): number {
    return (this.#behind.sizeBytes ?? 0) + this.#current.bytes + this.#other.bytes;
  }

  revisionOf(key: string): number {
    const version = this.#byKey.get(key);
    if (!version) return this.#behind.revisionOf(key);
    return version.value ? version.revision : 0;
  }

  version(revision: number): Version | undefined {
    return this.#waiting.get(revision) ?? this.#behind.version(revision);
  }

  keys(prefix: string, after?: string): Iterable<readonly [key: string, revision: number]> {
    const changed = Iterator.from(this.#byKey.values()).map(
      ({ key, revision, value }) => [key, value ? revision : 0] as const,
    );
    return mergeKeys(this.#behind.keys(prefix, after), inKeyOrder(changed), prefix, after);
  }

  versions(after: number, limit: number): Version[] {
    // The log behind is ahead where it takes an append that the journal could not.
    const found = this.#behind.versions(after, limit).filter(({ revision }) => revision <= this.newest);
    let last = found.at(-1)?.revision ?? after;
    for (const version of this.#waiting.values()) {
      if (found.length >= limit) break;
      if (version.revision <= last) continue;
      found.push(version);
      last = version.revision;
    }
    return found;
  }

  async append(versions: readonly Version[]): Promise<void> {
    const bytes = valueBytesOf(versions);
    // Twice for these, in the journal and behind; what waits has its place in the journal.
    if (bytes > 0) this.#behind.requireRoom(this.#waitingBytes + 2 * bytes);
    if (this.#settleFirst) await this.#startAnew();
    while (this.#carrying && this.#current.bytes > maximumBytes) await this.#carrying;
    this.#appending = true;
    try {
      await this.#write(versions);
    } finally {
      this.#appending = false;
    }
    this.#schedule();
  }

  async #write(versions: readonly Version[]): Promise<void> {
    try {
      await this.#current.append(versions);
    } catch {
      // The disk is full or failing: the log behind tells which, or takes it still. What has come into the journal must not stay there.
      this.#current.cut();
      this.#settleFirst = true;
      await this.settle();
      await this.#behind.append(versions);
      this.newest = this.#behind.newest;
      return;
    }
    for (const version of versions) this.#remember(version);
  }

  async #startAnew(): Promise<void> {
    await this.settle();
    this.#current.begin();
    this.#settleFirst = false;
  }

  async setFloor(revision: number): Promise<void> {
    await this.settle();
    await this.#behind.setFloor(revision);
  }

  sweep(revisions: readonly number[], swept: number): Promise<void> {
    return this.#behind.sweep(revisions, swept);
  }

  async close(): Promise<void> {
    // What cannot be carried over now is in the journal for the next start.
    await this.settle().catch(() => {});
    // All may be behind before the log behind is done with it.
    await this.#carrying?.catch(() => {});
    this.#callOff?.();
    const isEmpty = this.#waiting.size === 0;
    this.#current.close(isEmpty);
    this.#other.close(isEmpty);
    await this.#behind.close();
  }

  #remember(version: Version): void {
    this.#waiting.set(version.revision, version);
    this.#waitingBytes += version.value?.byteLength ?? 0;
    this.#byKey.set(version.key, version);
    this.newest = version.revision;
  }

  #forget(version: Version): void {
    this.#waiting.delete(version.revision);
    this.#waitingBytes -= version.value?.byteLength ?? 0;
    if (this.#byKey.get(version.key) === version) this.#byKey.delete(version.key);
  }

  #schedule(): void {
    if (this.#carrying || this.#waiting.size === 0) return;
    const { versions, bytes, delayMs } = this.#limits;
    // A failure is remembered, and told to the next write.
    const carry = () => void this.#carry().catch(() => {});
    if (this.#waiting.size >= versions || this.#current.bytes >= bytes) carry();
    else this.#callOff ??= this.#later(carry, delayMs);
  }

  /** Until everything that is there now is behind. Rejects as the log behind does. */
  async settle(): Promise<void> {
    const last = this.newest;
    while (this.#behind.newest < last) await this.#carry();
  }

  /** Carries over what waits now; one at a time. */
  #carry(): Promise<void> {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#carrying ??= this.#carryOnce().finally(() => {
      this.#carrying = undefined;
      if (!this.#settleFirst) this.#schedule();
    });
    return this.#carrying;
  }

  async #carryOnce(): Promise<void> {
    if (!this.#appending && !this.#settleFirst) this.#swap();
    const versions = [...this.#waiting.values()];
    try {
      for (const portion of portionsOf(versions)) await this.#carryPortion(portion);
    } catch (error) {
      this.#settleFirst = true;
      throw error;
    }
  }

  async #carryPortion(versions: readonly Version[]): Promise<void> {
    await this.#behind.append(versions);
    for (const version of versions) this.#forget(version);
  }

  /** All that the other file holds is behind: the last carrying over has ended well. */
  #swap(): void {
    [this.#current, this.#other] = [this.#other, this.#current];
    this.#current.begin();
  }
}

function* portionsOf(versions: readonly Version[]): Iterable<readonly Version[]> {
  let [start, bytes] = [0, 0];
  for (const [index, { value }] of versions.entries()) {
    bytes += value?.byteLength ?? 0;
    if (index + 1 < start + portion.versions && bytes < portion.bytes) continue;
    yield versions.slice(start, index + 1);
    [start, bytes] = [index + 1, 0];
  }
  if (start < versions.length) yield versions.slice(start);
}
