/** Which change each write made. Values tell it of creations and updates, and of a deletion the version that it was asked to end. */
import type { Change, History, Write } from "./history.ts";
import type { Timeline } from "./timeline.ts";
import { shown, told } from "./words.ts";

export type Effects = ReadonlyMap<Write, Change>;

/**
 * Each write that was acknowledged happened as it was asked for, one that was refused did not, and nothing happened that nobody asked for.
 * Of several writes without an answer that may have made a change, the first that was asked is taken: no other choice allows more.
 */
export function effectsOf(operations: History["operations"], timeline: Timeline, problems: string[]): Effects {
  const claims = new Claims(timeline, problems);
  const writes = operations.filter((one): one is Write => one.kind !== "get" && one.kind !== "list");
  for (const one of writes) if (one.outcome === "done") claims.acknowledged(one);
  const unknown = writes.filter(({ outcome }) => outcome === "unknown");
  for (const one of unknown.sort((some, other) => some.invoked - other.invoked)) claims.perhaps(one);
  for (const one of writes) if (one.outcome === "refused") claims.refused(one);
  for (const change of timeline.changes)
    if (!claims.made.has(change)) problems.push(`nobody asked for ${told(change)}`);
  return claims.effects;
}

class Claims {
  readonly effects = new Map<Write, Change>();
  readonly made = new Set<Change>();
  readonly #timeline: Timeline;
  readonly #problems: string[];
  readonly #byValue: ReadonlyMap<string, Change>;

  constructor(timeline: Timeline, problems: string[]) {
    this.#timeline = timeline;
    this.#problems = problems;
    const written = timeline.changes.filter(({ type }) => type !== "DELETED");
    this.#byValue = new Map(written.map((change) => [change.value, change]));
  }

  acknowledged(one: Write): void {
    const change = this.#find(one);
    if (!change || (one.kind !== "delete" && change.revision !== one.revision)) {
      const at = one.revision === undefined ? "" : ` at ${one.revision}`;
      this.#problems.push(`${shown(one)} was acknowledged${at} and is ${change ? told(change) : "lost"}`);
    } else if (this.made.has(change))
      this.#problems.push(`${shown(one)} was acknowledged, as another: ${told(change)}`);
    if (change) this.#claim(one, change);
  }

  perhaps(one: Write): void {
    const change = this.#find(one);
    if (change && !this.made.has(change)) this.#claim(one, change);
  }

  refused(one: Write): void {
    const change = one.kind === "delete" ? undefined : this.#find(one);
    if (!change) return;
    this.made.add(change);
    this.#problems.push(`${shown(one)} was refused and is ${told(change)}`);
  }

  #claim(one: Write, change: Change): void {
    this.effects.set(one, change);
    this.made.add(change);
    if (change.key !== one.key) this.#problems.push(`${shown(one)} changed another key: ${told(change)}`);
    const before = this.#timeline.at(change.key, change.revision - 1)?.revision;
    if (before !== one.expected) this.#problems.push(`${shown(one)} changed revision ${before}: ${told(change)}`);
  }

  #find(one: Write): Change | undefined {
    if (one.kind !== "delete") return this.#byValue.get(one.value ?? "");
    const change = this.#timeline.next(one.key, one.expected!);
    return change?.type === "DELETED" ? change : undefined;
  }
}
