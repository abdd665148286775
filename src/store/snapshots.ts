/**
 * Lists of the past: today's keys, with those that changed since put back as they were. What changed since a revision is remembered from page
 * to page, so that paging through many objects reads each later write once.
 */
import { compareKeys } from "./keys.ts";
import type { VersionLog } from "./version-log.ts";

/** Paged lists that go on at the same time; the one left alone longest has to read its history again. */
const maxRemembered = 32;
const portion = 1000;

interface Changes {
  /** Changes up to this revision are in `before`. */
  scanned: number;
  /** Keys changed since the snapshot, with the revision they had in it; 0: they did not exist. */
  readonly before: Map<string, number>;
}

export class Snapshots {
  readonly #log: VersionLog;
  readonly #remembered = new Map<string, Changes>();

  constructor(log: VersionLog) {
    this.#log = log;
  }

  /** Keys of the snapshot with their revisions, in key order. `revision` must not be before the log's floor. */
  keys(prefix: string, revision: number, after?: string): Iterable<readonly [string, number]> {
    const { before } = this.#changesSince(revision, prefix);
    const gone = [...before]
      .filter(([key, was]) => was > 0 && this.#log.revisionOf(key) === 0 && isAfter(key, after))
      .sort(([left], [right]) => compareKeys(left, right));
    return merge(this.#survivors(prefix, before, after), gone);
  }

  /** Notes that a list of the present will go on later. */
  remember(prefix: string, revision: number): void {
    this.#changesSince(revision, prefix);
  }

  *#survivors(prefix: string, before: Changes["before"], after?: string): Iterable<readonly [string, number]> {
    for (const [key, current] of this.#log.keys(prefix, after)) {
      const was = before.get(key) ?? current;
      if (was > 0) yield [key, was];
    }
  }

  #changesSince(revision: number, prefix: string): Changes {
    const name = `${revision} ${prefix}`;
    const changes = this.#remembered.get(name) ?? { scanned: revision, before: new Map() };
    this.#remembered.delete(name);
    this.#remembered.set(name, changes);
    if (this.#remembered.size > maxRemembered) this.#remembered.delete(this.#remembered.keys().next().value!);
    this.#scan(changes, prefix);
    return changes;
  }

  #scan(changes: Changes, prefix: string): void {
    while (changes.scanned < this.#log.newest) {
      const versions = this.#log.versions(changes.scanned, portion);
      for (const { key, previous } of versions) {
        if (key.startsWith(prefix) && !changes.before.has(key)) changes.before.set(key, previous);
      }
      changes.scanned = versions.length < portion ? this.#log.newest : versions.at(-1)!.revision;
    }
  }
}

const isAfter = (key: string, after: string | undefined): boolean => after === undefined || compareKeys(key, after) > 0;

function* merge(
  left: Iterable<readonly [string, number]>,
  right: readonly (readonly [string, number])[],
): Iterable<readonly [string, number]> {
  let next = 0;
  for (const item of left) {
    while (next < right.length && compareKeys(right[next]![0], item[0]) < 0) yield right[next++]!;
    yield item;
  }
  while (next < right.length) yield right[next++]!;
}
