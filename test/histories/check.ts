/**
 * Whether a history could have come from one store that does one thing after the other, each between its question and its answer
 * (linearizability, as Wing and Gong have it). Searching for the order is needless here: writes tell their revisions, and watches tell all
 * that happened, so the order is known and is only to be checked. What is left to choose is the moment of each read and refusal; it must lie
 * after everything that was answered before its question, and the earliest such moment is as good as any.
 */
import type { Change, History, List, Read, Version, Write } from "./history.ts";

type Operation = Write | Read | List;

/** Sentences about what cannot be; none where the history is well. */
export function check(history: History): string[] {
  const problems: string[] = [];
  const order = orderOf(history, problems);
  const timeline = new Timeline(order, problems);
  checkWrites(history.operations, timeline, problems);
  checkMoments(history.operations, timeline, problems);
  return problems;
}

/** All changes, from watches that must agree with each other. */
function orderOf({ watches }: History, problems: string[]): readonly Change[] {
  const byRevision = new Map<number, Change>();
  for (const [index, { from, events }] of watches.entries()) {
    let last = from;
    for (const event of events) {
      if (event.revision <= last) problems.push(`watch ${index} tells ${told(event)} after revision ${last}`);
      last = event.revision;
      const known = byRevision.get(event.revision);
      if (known && told(known) !== told(event)) problems.push(`watches tell ${told(known)} and ${told(event)}`);
      byRevision.set(event.revision, event);
    }
  }
  const all = [...byRevision.values()].sort((one, other) => one.revision - other.revision);
  for (const [index, { from, events }] of watches.entries()) {
    const seen = new Set(events.map(({ revision }) => revision));
    const missed = all.filter(({ revision }) => revision > from && !seen.has(revision));
    if (missed.length > 0) problems.push(`watch ${index} missed ${missed.slice(0, 3).map(told).join(", ")}`);
  }
  return all;
}

const told = ({ type, key, revision, value }: Change) => `${type} ${key}@${revision} ${value}`;

/** What each key was, from when to when. */
class Timeline {
  readonly changes: readonly Change[];
  readonly #byKey = new Map<string, Change[]>();

  constructor(changes: readonly Change[], problems: string[]) {
    this.changes = changes;
    for (const change of changes) {
      const before = this.at(change.key, change.revision - 1);
      if ((change.type === "ADDED") === (before !== undefined))
        problems.push(`${told(change)} though before ${before ? `it was ${before.revision}` : "there was nothing"}`);
      const list = this.#byKey.get(change.key);
      if (list) list.push(change);
      else this.#byKey.set(change.key, [change]);
    }
  }

  changesOf(key: string): readonly Change[] {
    return this.#byKey.get(key) ?? [];
  }

  /** The key's version after all changes up to this revision; nothing where it was not there. */
  at(key: string, revision: number): Version | undefined {
    const change = this.changesOf(key).findLast((one) => one.revision <= revision);
    return change?.type === "DELETED" ? undefined : change;
  }

  all(revision: number): Version[] {
    return [...this.#byKey.keys()].flatMap((key) => this.at(key, revision) ?? []);
  }
}

/** Each write that was acknowledged happened as it was asked for, and nothing happened that nobody asked for. */
function checkWrites(operations: readonly Operation[], timeline: Timeline, problems: string[]): void {
  const byValue = new Map(timeline.changes.filter(({ type }) => type !== "DELETED").map((one) => [one.value, one]));
  const asked = new Set<string | undefined>();
  for (const one of operations) {
    if (one.kind === "get" || one.kind === "list" || one.kind === "delete") continue;
    asked.add(one.value);
    const change = byValue.get(one.value ?? "");
    if (one.outcome === "done" && change?.revision !== one.revision)
      problems.push(`${shown(one)} was acknowledged at ${one.revision} and is ${change ? told(change) : "lost"}`);
    if (one.outcome === "refused" && change) problems.push(`${shown(one)} was refused and is ${told(change)}`);
    const before = change && timeline.at(one.key, change.revision - 1)?.revision;
    if (change && before !== one.expected) problems.push(`${shown(one)} changed revision ${before}: ${told(change)}`);
  }
  for (const change of byValue.values())
    if (!asked.has(change.value)) problems.push(`nobody asked for ${told(change)}`);
}

const shown = (one: Operation) =>
  one.kind === "list"
    ? `list at ${one.revision}`
    : `${one.kind} ${one.key}${"expected" in one && one.expected !== undefined ? `@${one.expected}` : ""} ${"value" in one ? one.value : ""}`.trim();

/** In order of their questions, each gets the earliest moment, as a revision, that its answer allows. */
function checkMoments(operations: readonly Operation[], timeline: Timeline, problems: string[]): void {
  const answered = operations.filter(({ answered }) => answered !== undefined);
  const byAnswer = [...answered].sort((one, other) => one.answered! - other.answered!);
  const byQuestion = [...answered].sort((one, other) => one.invoked - other.invoked);
  const moments = new Map<Operation, number>();
  const ceiling = ceilingsOf(operations);
  let [done, floor] = [0, 0];
  for (const one of byQuestion) {
    for (; byAnswer[done] && byAnswer[done]!.answered! < one.invoked; done++)
      floor = Math.max(floor, moments.get(byAnswer[done]!) ?? 0);
    const moment = momentOf(one, timeline, floor);
    const limit = ceiling(one.answered!);
    if (moment === undefined || moment >= limit)
      problems.push(
        `${shown(one)} was answered ${answerOf(one)}, which it cannot be between revisions ${floor} and ${limit}`,
      );
    else moments.set(one, moment);
  }
}

function answerOf(one: Operation): string {
  if (one.kind === "list") return one.items.map(({ key, revision }) => `${key}@${revision}`).join(" ") || "nothing";
  if (one.kind === "get") return one.found ? `${one.found.revision} ${one.found.value}` : "nothing";
  return one.outcome;
}

/** What was asked for after a moment in time had no effect before it: the first such revision. */
function ceilingsOf(operations: readonly Operation[]): (time: number) => number {
  const writes = operations
    .flatMap((one) =>
      "outcome" in one && one.outcome === "done" && one.revision ? [{ at: one.invoked, revision: one.revision }] : [],
    )
    .sort((one, other) => one.at - other.at);
  const least = writes.map(({ revision }) => revision);
  for (let at = least.length - 2; at >= 0; at--) least[at] = Math.min(least[at]!, least[at + 1]!);
  return (time) => {
    let [low, high] = [0, writes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (writes[middle]!.at > time) high = middle;
      else low = middle + 1;
    }
    return least[low] ?? Number.POSITIVE_INFINITY;
  };
}

/** The earliest revision, not before `floor`, at which the answer is right; nothing where there is none. */
function momentOf(one: Operation, timeline: Timeline, floor: number): number | undefined {
  if (one.kind === "list") return one.revision >= floor && isState(one, timeline) ? one.revision : undefined;
  if (one.kind === "get") {
    const { found } = one;
    return earliest(
      timeline,
      one.key,
      floor,
      (now) => now?.revision === found?.revision && now?.value === found?.value,
    );
  }
  if (one.outcome === "unknown") return floor;
  if (one.outcome === "refused") return earliest(timeline, one.key, floor, (now) => now?.revision !== one.expected);
  if (one.kind !== "delete") return one.revision! > floor ? one.revision : undefined;
  const isThis = (change: Change) =>
    change.type === "DELETED" &&
    change.revision > floor &&
    (one.expected === undefined || timeline.at(one.key, change.revision - 1)?.revision === one.expected);
  return timeline.changesOf(one.key).find(isThis)?.revision;
}

function isState({ revision, items }: List, timeline: Timeline): boolean {
  const lines = (versions: readonly Version[]) =>
    versions
      .map((one) => `${one.key} ${one.revision} ${one.value}`)
      .sort()
      .join();
  return lines(items) === lines(timeline.all(revision));
}

function earliest(
  timeline: Timeline,
  key: string,
  floor: number,
  isRight: (version: Version | undefined) => boolean,
): number | undefined {
  if (isRight(timeline.at(key, floor))) return floor;
  return timeline.changesOf(key).find(({ revision }) => revision > floor && isRight(timeline.at(key, revision)))
    ?.revision;
}
