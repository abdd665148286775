/**
 * Whether a history could have come from one store that does one thing after the other, each between its question and its answer
 * (linearizability, as Wing and Gong have it). Searching for the order is needless here: writes tell their revisions, and watches tell all
 * that happened, so the order is known and is only to be checked. What is left to choose is the moment of each read and refusal; it must lie
 * after everything that was answered before its question, and the earliest such moment is as good as any. A write whose answer was lost has
 * its moment where a watch told what it made, and none where no watch did.
 */
import { bisect } from "../../src/store/bisect.ts";
import { type Effects, effectsOf } from "./effects.ts";
import type { Change, History, List, Read, Version, Write } from "./history.ts";
import { Timeline } from "./timeline.ts";
import { answerOf, shown, told } from "./words.ts";

type Operation = History["operations"][number];

/** Sentences about what cannot be; none where the history is well. Takes little longer than sorting the operations. */
export function check(history: History): string[] {
  const problems: string[] = [];
  const timeline = new Timeline(orderOf(history, problems));
  checkChanges(timeline, problems);
  const effects = effectsOf(history.operations, timeline, problems);
  checkMoments(momentsWanted(history.operations, effects), timeline, problems);
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

/** What is there is changed or deleted, what is not is added; a deletion tells what was there. */
function checkChanges(timeline: Timeline, problems: string[]): void {
  for (const change of timeline.changes) {
    const before = timeline.at(change.key, change.revision - 1);
    if ((change.type === "ADDED") === (before !== undefined))
      problems.push(`${told(change)} though before ${before ? `it was ${before.revision}` : "there was nothing"}`);
    else if (change.type === "DELETED" && before?.value !== change.value)
      problems.push(`${told(change)} though before it was ${before?.value}`);
  }
}

/** An operation that had a moment: what it was answered shows it, or, of a write, what it made. */
interface Wanted {
  readonly operation: Operation;
  /** Never, of a write whose answer was lost. */
  readonly answered: number;
  /** Of a write that made something. */
  readonly revision?: number;
}

/** Those without an answer that made nothing may never have come to the server. */
function momentsWanted(operations: readonly Operation[], effects: Effects): Wanted[] {
  return operations.flatMap((operation): Wanted[] => {
    const revision = effects.get(operation as Write)?.revision;
    const { answered } = operation;
    if (revision !== undefined) return [{ operation, answered: answered ?? Number.POSITIVE_INFINITY, revision }];
    if (answered === undefined) return [];
    // Lost or done twice; that has been told.
    if ("outcome" in operation && operation.outcome !== "refused") return [];
    return [{ operation, answered }];
  });
}

/** In order of their questions, each gets the earliest moment, as a revision, that its answer allows. */
function checkMoments(wanted: readonly Wanted[], timeline: Timeline, problems: string[]): void {
  const byAnswer = [...wanted].sort((one, other) => one.answered - other.answered);
  const byQuestion = [...wanted].sort((one, other) => one.operation.invoked - other.operation.invoked);
  const moments = new Map<Wanted, number>();
  const ceiling = ceilingsOf(wanted);
  let [done, floor] = [0, 0];
  for (const one of byQuestion) {
    for (; byAnswer[done] && byAnswer[done]!.answered < one.operation.invoked; done++)
      floor = Math.max(floor, moments.get(byAnswer[done]!) ?? 0);
    const moment = momentOf(one, timeline, floor);
    const limit = ceiling(one.answered);
    if (moment === undefined || moment >= limit)
      problems.push(
        `${shown(one.operation)} was answered ${answerOf(one.operation)}, which it cannot be between revisions ${floor} and ${limit}`,
      );
    else moments.set(one, moment);
  }
}

/** What was asked for after a moment in time had no effect before it: the first such revision. */
function ceilingsOf(wanted: readonly Wanted[]): (time: number) => number {
  const writes = wanted
    .flatMap(({ operation, revision }) => (revision === undefined ? [] : [{ at: operation.invoked, revision }]))
    .sort((one, other) => one.at - other.at);
  const least = writes.map(({ revision }) => revision);
  for (let at = least.length - 2; at >= 0; at--) least[at] = Math.min(least[at]!, least[at + 1]!);
  return (time) => least[bisect(writes, ({ at }) => at <= time)] ?? Number.POSITIVE_INFINITY;
}

/** The earliest revision, not before `floor`, at which the answer is right; nothing where there is none. */
function momentOf({ operation, revision }: Wanted, timeline: Timeline, floor: number): number | undefined {
  if (revision !== undefined) return revision > floor ? revision : undefined;
  if (operation.kind === "list")
    return operation.revision >= floor && isState(operation, timeline) ? operation.revision : undefined;
  if (operation.kind === "get") return momentOfRead(operation, timeline, floor);
  const now = timeline.at(operation.key, floor);
  // A refusal is right where the key is not as it must be for the write: if it is now, the next change makes it so.
  return now?.revision !== operation.expected ? floor : timeline.next(operation.key, floor)?.revision;
}

function momentOfRead({ key, found }: Read, timeline: Timeline, floor: number): number | undefined {
  const now = timeline.at(key, floor);
  if (!found) return now ? timeline.next(key, floor, "DELETED")?.revision : floor;
  const change = timeline.exactly(key, found.revision);
  if (change?.type === "DELETED" || change?.value !== found.value) return undefined;
  if (found.revision > floor) return found.revision;
  return now === change ? floor : undefined;
}

function isState({ revision, items }: List, timeline: Timeline): boolean {
  const lines = (versions: readonly Version[]) =>
    versions
      .map((one) => `${one.key} ${one.revision} ${one.value}`)
      .sort()
      .join();
  return lines(items) === lines(timeline.all(revision));
}
