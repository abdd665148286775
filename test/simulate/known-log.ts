/** Notes what a log has made durable, and sees after each crash that nothing of it is lost and nothing comes back that was refused. */
import assert from "node:assert/strict";
import type { Version, VersionLog } from "../../src/store/version-log.ts";
import type { Disk } from "./simulated-log.ts";

export class KnownLog implements VersionLog {
  readonly #log: VersionLog;
  readonly #disk: Disk;
  /** Of the life before as well: whether they have become durable shows when the log is opened again. */
  #underWay: readonly Version[] = [];

  constructor(log: VersionLog, disk: Disk, before: KnownLog | undefined) {
    this.#log = log;
    this.#disk = disk;
    this.#compare(before ? before.#underWay : []);
  }

  #compare(perhaps: readonly Version[]): void {
    const { history } = this.#disk;
    const last = history.at(-1)?.revision ?? 1;
    assert.ok(this.#log.newest >= last, `the store has come to ${last}, and is at ${this.#log.newest} after a crash`);
    const more = this.#log.versions(last, perhaps.length + 1);
    if (more.length > 0)
      assert.deepEqual(more, perhaps, "what was refused, or never asked for, is there after a crash");
    history.push(...more);
    const kept = history.filter(({ revision }) => revision > this.#log.floor);
    for (const version of kept) {
      const found = this.#log.version(version.revision);
      // A compaction takes deletions with it, and what they and other changes have replaced.
      if (found || version.revision > this.#log.swept) assert.deepEqual(found, version, "what was durable is there");
    }
  }

  get newest(): number {
    return this.#log.newest;
  }

  get floor(): number {
    return this.#log.floor;
  }

  get swept(): number {
    return this.#log.swept;
  }

  revisionOf = (key: string): number => this.#log.revisionOf(key);
  version = (revision: number): Version | undefined => this.#log.version(revision);
  keys = (prefix: string, after?: string) => this.#log.keys(prefix, after);
  versions = (after: number, limit: number): Version[] => this.#log.versions(after, limit);

  async append(versions: readonly Version[]): Promise<void> {
    this.#underWay = versions;
    try {
      await this.#log.append(versions);
      this.#disk.history.push(...versions);
    } finally {
      this.#underWay = [];
    }
  }

  setFloor = (revision: number): Promise<void> => this.#log.setFloor(revision);
  sweep = (revisions: readonly number[], swept: number): Promise<void> => this.#log.sweep(revisions, swept);
  close = (): Promise<void> => this.#log.close();
}
