/** A version log that lives as long as the process: for tests and for clusters that are thrown away. */
import { bisect } from "./bisect.ts";
import { compareKeys } from "./keys.ts";
import type { Version, VersionLog } from "./version-log.ts";

export class MemoryLog implements VersionLog {
  newest = 1;
  floor = 1;
  swept = 1;
  readonly #versions = new Map<number, Version>();
  /** Existing keys, in order. */
  readonly #keys: string[] = [];
  readonly #revisions = new Map<string, number>();

  revisionOf(key: string): number {
    return this.#revisions.get(key) ?? 0;
  }

  version(revision: number): Version | undefined {
    return this.#versions.get(revision);
  }

  *keys(prefix: string, after?: string): Iterable<readonly [string, number]> {
    let index = this.#position(after ?? prefix);
    if (after !== undefined && this.#keys[index] === after) index++;
    for (let key = this.#keys[index]; key?.startsWith(prefix); key = this.#keys[++index]) {
      yield [key, this.revisionOf(key)];
    }
  }

  versions(after: number, limit: number): Version[] {
    const found: Version[] = [];
    for (let revision = after + 1; revision <= this.newest && found.length < limit; revision++) {
      const version = this.#versions.get(revision);
      if (version) found.push(version);
    }
    return found;
  }

  async append(versions: readonly Version[]): Promise<void> {
    for (const version of versions) {
      this.#versions.set(version.revision, version);
      this.#point(version);
      this.newest = version.revision;
    }
  }

  async setFloor(revision: number): Promise<void> {
    this.floor = revision;
  }

  async sweep(revisions: readonly number[], swept: number): Promise<void> {
    for (const revision of revisions) this.#versions.delete(revision);
    this.swept = swept;
  }

  async close(): Promise<void> {
    this.#versions.clear();
    this.#revisions.clear();
    this.#keys.length = 0;
  }

  #point({ key, revision, value }: Version): void {
    const known = this.#revisions.has(key);
    if (value) this.#revisions.set(key, revision);
    else this.#revisions.delete(key);
    if (known === (value !== undefined)) return;
    this.#keys.splice(this.#position(key), known ? 1 : 0, ...(known ? [] : [key]));
  }

  /** Of the first key that is not before `key`. */
  #position(key: string): number {
    return bisect(this.#keys, (known) => compareKeys(known, key) < 0);
  }
}
