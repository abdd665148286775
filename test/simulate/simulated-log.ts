/** A version log whose writes take as long as the seed wants, fail now and then, and survive what the process does not. */
import { StoreError } from "../../src/store/errors.ts";
import type { CarefulLog } from "../../src/store/journaled-log.ts";
import { MemoryLog } from "../../src/store/memory-log.ts";
import type { Version } from "../../src/store/version-log.ts";
import type { Random } from "../support/random.ts";
import { SimulatedFile } from "./simulated-journal.ts";
import type { Steps } from "./steps.ts";

/** What is on the disk, and everything that ever was. */
export class Disk {
  readonly log = new MemoryLog();
  /** Before the log, where there is a journal. */
  readonly journal = [new SimulatedFile("journal-0"), new SimulatedFile("journal-1")] as const;
  /** Every version that became durable, in order; compaction takes nothing from it. */
  readonly history: Version[] = [];

  valueAt(key: string, revision: number): Version | undefined {
    const version = this.history.findLast((one) => one.key === key && one.revision <= revision);
    return version?.value ? version : undefined;
  }
}

export interface SimulatedLogOptions {
  readonly disk: Disk;
  readonly steps: Steps;
  readonly random: Random;
  /** Of all writes to the disk, those that fail. */
  readonly failures: number;
}

export class SimulatedLog implements CarefulLog {
  readonly #options: SimulatedLogOptions;
  #isDead = false;

  /** Of what is known to be durable; the log on the disk may be ahead. */
  newest: number;

  constructor(options: SimulatedLogOptions) {
    this.#options = options;
    this.newest = options.disk.log.newest;
  }

  get floor(): number {
    return this.#log.floor;
  }

  get swept(): number {
    return this.#log.swept;
  }

  get #log(): MemoryLog {
    return this.#options.disk.log;
  }

  /** The process ends: what it had under way does not come to the disk any more. */
  die(): void {
    this.#isDead = true;
  }

  revisionOf = (key: string): number => this.#log.revisionOf(key);
  version = (revision: number): Version | undefined => this.#log.version(revision);
  keys = (prefix: string, after?: string) => this.#log.keys(prefix, after);
  versions = (after: number, limit: number): Version[] =>
    this.#log.versions(after, limit).filter(({ revision }) => revision <= this.newest);

  async append(versions: readonly Version[]): Promise<void> {
    await this.#write(() => this.#log.append(versions));
    this.newest = versions.at(-1)!.revision;
  }

  setFloor(revision: number): Promise<void> {
    return this.#write(() => this.#log.setFloor(revision));
  }

  sweep(revisions: readonly number[], swept: number): Promise<void> {
    return this.#write(() => this.#log.sweep(revisions, swept));
  }

  /** There is room for all. */
  requireRoom(): void {}

  async close(): Promise<void> {}

  /** Durable at one moment, and known to be at a later one. */
  async #write(make: () => Promise<void>): Promise<void> {
    const { steps, random, failures } = this.#options;
    await steps.pause();
    if (this.#isDead) return new Promise(() => {});
    if (random.chance(failures)) throw new StoreError("failed", "the disk failed");
    await make();
    await steps.pause();
  }
}
