/** What each key was, from when to when. Looked up in the logarithm of the number of changes: a long history has hundreds of thousands. */
import { bisect } from "../../src/store/bisect.ts";
import type { Change, Version } from "./history.ts";

export class Timeline {
  readonly changes: readonly Change[];
  readonly #byKey = new Map<string, Change[]>();

  /** `changes` in the order of their revisions. */
  constructor(changes: readonly Change[]) {
    this.changes = changes;
    for (const change of changes) {
      const list = this.#byKey.get(change.key);
      if (list) list.push(change);
      else this.#byKey.set(change.key, [change]);
    }
  }

  /** The key's version after all changes up to this revision; nothing where it was not there. */
  at(key: string, revision: number): Version | undefined {
    const changes = this.#changesOf(key);
    const change = changes[countUpTo(changes, revision) - 1];
    return change?.type === "DELETED" ? undefined : change;
  }

  /** The change of this key that has this revision. */
  exactly(key: string, revision: number): Change | undefined {
    const changes = this.#changesOf(key);
    const change = changes[countUpTo(changes, revision) - 1];
    return change?.revision === revision ? change : undefined;
  }

  /** The key's first change after this revision that is of the type, where one is named. */
  next(key: string, revision: number, type?: Change["type"]): Change | undefined {
    const changes = this.#changesOf(key);
    let index = countUpTo(changes, revision);
    while (type !== undefined && index < changes.length && changes[index]!.type !== type) index++;
    return changes[index];
  }

  all(revision: number): Version[] {
    return [...this.#byKey.keys()].flatMap((key) => this.at(key, revision) ?? []);
  }

  #changesOf(key: string): readonly Change[] {
    return this.#byKey.get(key) ?? [];
  }
}

/** How many of the changes, which are in order, are not after this revision. */
function countUpTo(changes: readonly Change[], revision: number): number {
  return bisect(changes, (change) => change.revision <= revision);
}
