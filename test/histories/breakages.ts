/** Ways in which a store can be wrong, each done to a history that is right: what comes out cannot have come from any store that is. */
import type { Random } from "../support/random.ts";
import type { Change, History, List, Read, Write } from "./history.ts";

/** Answers nothing where the history has no place for it. */
export type Breakage = (history: History, random: Random) => History | undefined;

type Operation = History["operations"][number];

const isDone = (one: Operation): one is Write => "outcome" in one && one.outcome === "done";
const isGet = (one: Operation): one is Read => one.kind === "get";
const isList = (one: Operation): one is List => one.kind === "list";
const end = Number.POSITIVE_INFINITY;

function replaced(history: History, one: Operation, ...others: readonly Operation[]): History {
  return { ...history, operations: history.operations.flatMap((each) => (each === one ? others : each)) };
}

const added = (history: History, one: Operation): History => ({ ...history, operations: [...history.operations, one] });

function withEvents(history: History, events: (events: readonly Change[], watch: number) => Change[]): History {
  return { ...history, watches: history.watches.map((one, index) => ({ ...one, events: events(one.events, index) })) };
}

/** A pair of operations of which something holds. */
function pair<One extends Operation, Other extends Operation>(
  { operations }: History,
  random: Random,
  { first, second, holds }: Pair<One, Other>,
): [One, Other] | undefined {
  const [ones, others] = [operations.filter(first), operations.filter(second)];
  const from = random.below(Math.max(1, ones.length));
  for (const one of [...ones.slice(from), ...ones.slice(0, from)]) {
    const fitting = others.filter((other) => holds(one, other));
    if (fitting.length > 0) return [one, random.pick(fitting)];
  }
  return undefined;
}

interface Pair<One extends Operation, Other extends Operation> {
  readonly first: (one: Operation) => one is One;
  readonly second: (one: Operation) => one is Other;
  readonly holds: (one: One, other: Other) => boolean;
}

const madeWith = (one: Operation): one is Write & { revision: number; value: string } =>
  isDone(one) && one.revision !== undefined;

const updatedWith = (one: Operation): one is Write & { revision: number; value: string; expected: number } =>
  madeWith(one) && one.kind === "update";

function changeAt({ watches }: History, revision: number): Change {
  return watches[0]!.events.find((event) => event.revision === revision)!;
}

export const breakages: Readonly<Record<string, Breakage>> = {
  "an acknowledged write is lost": (history, random) => {
    const made = history.operations.filter(madeWith);
    if (made.length === 0) return undefined;
    const { revision } = random.pick(made);
    return withEvents(history, (events) => events.filter((event) => event.revision !== revision));
  },
  "a watch misses a change": (history, random) => {
    const lost = random.pick(history.watches[0]!.events);
    return withEvents(history, (events, watch) => events.filter((event) => watch !== 1 || event !== lost));
  },
  "a watch tells a change twice": (history, random) => {
    const twice = random.pick(history.watches[0]!.events);
    return withEvents(history, (events) => events.flatMap((event) => (event === twice ? [event, event] : event)));
  },
  "a watch tells two changes the wrong way round": (history, random) => {
    const at = random.below(history.watches[0]!.events.length - 1);
    return withEvents(history, (events, watch) => {
      if (watch !== 0) return [...events];
      return [...events.slice(0, at), events[at + 1]!, events[at]!, ...events.slice(at + 2)];
    });
  },
  "a change is told that nobody asked for": (history) => {
    const { revision } = history.watches[0]!.events.at(-1)!;
    return withEvents(history, (events) => [
      ...events,
      { type: "ADDED", key: "ghost", revision: revision + 1, value: "?" },
    ]);
  },
  "a deletion is told that nobody asked for": (history, random) => {
    const now = history.operations.filter(isList).filter(({ items }) => items.length > 0);
    if (now.length === 0) return undefined;
    const gone = new Map(history.watches[0]!.events.map((event) => [event.key, event]));
    const left = [...gone.values()].filter(({ type, revision }) => {
      const perhaps = ({ kind, outcome, expected }: Write) =>
        kind === "delete" && outcome === "unknown" && expected === revision;
      return type !== "DELETED" && !history.operations.some((one) => perhaps(one as Write));
    });
    if (left.length === 0) return undefined;
    const last = history.watches[0]!.events.at(-1)!.revision;
    const deleted: Change = { ...random.pick(left), type: "DELETED", revision: last + 1 };
    return withEvents(history, (events) => [...events, deleted]);
  },
  "a read tells what had been replaced before it was asked": (history, random) => {
    const found = pair(history, random, {
      first: updatedWith,
      second: isGet,
      holds: (write, read) => write.key === read.key && write.answered! < read.invoked,
    });
    if (!found) return undefined;
    const [{ expected }, read] = found;
    const { key, value } = changeAt(history, expected);
    return replaced(history, read, { ...read, found: { key, revision: expected, value } });
  },
  "a read finds nothing where there was something all the while": (history, random) => {
    const next = (write: Write) => updateOf(history, write.revision);
    const found = pair(history, random, {
      first: madeWith,
      second: isGet,
      holds: (write, read) =>
        write.key === read.key && write.answered! < read.invoked && (next(write)?.invoked ?? 0) > read.answered!,
    });
    if (!found) return undefined;
    const { found: _, ...read } = found[1];
    return replaced(history, found[1], read);
  },
  "a read tells what was only asked for later": (history, random) => {
    const found = pair(history, random, {
      first: madeWith,
      second: isGet,
      holds: (write, read) => write.key === read.key && write.invoked > read.answered!,
    });
    if (!found) return undefined;
    const [{ key, revision, value }, read] = found;
    return replaced(history, read, { ...read, found: { key, revision, value } });
  },
  "a read tells what a write without an answer made, before that was asked": (history, random) => {
    const lost = history.operations.filter((one): one is Write => "outcome" in one && one.outcome === "unknown");
    const events = new Map(history.watches[0]!.events.map((event) => [event.value, event]));
    const made = lost.filter(({ value }) => value !== undefined && events.get(value));
    if (made.length === 0) return undefined;
    const { key, value, invoked } = random.pick(made);
    const { revision } = events.get(value!)!;
    const span = { invoked: invoked - 0.5, answered: invoked - 0.25 };
    return added(history, { kind: "get", key, ...span, found: { key, revision, value: value! } });
  },
  "a read tells a value that never was": (history, random) => {
    const reads = history.operations.filter(isGet).filter(({ found }) => found);
    if (reads.length === 0) return undefined;
    const read = random.pick(reads);
    return replaced(history, read, { ...read, found: { ...read.found!, value: "never" } });
  },
  "a list is older than what had been acknowledged": (history, random) => {
    const writes = history.operations.filter(madeWith);
    const between = (from: List, to: List) =>
      writes.some(({ revision, answered }) => revision > from.revision && answered! < to.invoked);
    const found = pair(history, random, { first: isList, second: isList, holds: between });
    if (!found) return undefined;
    const [{ revision, items }, list] = found;
    return replaced(history, list, { ...list, revision, items });
  },
  "a list lacks an object": (history, random) => {
    const lists = history.operations.filter(isList).filter(({ items }) => items.length > 0);
    if (lists.length === 0) return undefined;
    const list = random.pick(lists);
    return replaced(history, list, { ...list, items: list.items.slice(1) });
  },
  "a list is torn: one object is newer than its revision": (history, random) => {
    const found = pair(history, random, {
      first: updatedWith,
      second: isList,
      holds: (write, list) => list.items.some(({ key, revision }) => key === write.key && revision < write.revision),
    });
    if (!found) return undefined;
    const [{ key, revision, value }, list] = found;
    const items = list.items.map((item) => (item.key === key ? { key, revision, value } : item));
    return replaced(history, list, { ...list, items });
  },
  "a write that was done is refused": (history, random) => {
    const made = history.operations.filter(madeWith);
    if (made.length === 0) return undefined;
    const { revision: _, ...write } = random.pick(made);
    return {
      ...history,
      operations: history.operations.map((one) =>
        "value" in one && one.value === write.value ? { ...write, outcome: "refused" } : one,
      ),
    };
  },
  "a write is refused without a reason": (history, random) => {
    const standing = history.operations
      .filter(madeWith)
      .filter(({ revision, answered }) => (updateOf(history, revision)?.invoked ?? 0) > answered!);
    if (standing.length === 0) return undefined;
    const { key, revision, answered } = random.pick(standing);
    const span = { invoked: answered! + 0.25, answered: answered! + 0.5 };
    return added(history, { kind: "delete", key, expected: revision, ...span, outcome: "refused" });
  },
  "a deletion is acknowledged twice": (history, random) => {
    const deletions = history.operations.filter(isDone).filter(({ kind }) => kind === "delete");
    if (deletions.length === 0) return undefined;
    return added(history, { ...random.pick(deletions), invoked: 0.25, answered: end });
  },
  "a write is done over another version than it was asked for": (history, random) => {
    const updates = history.operations.filter(updatedWith);
    if (updates.length === 0) return undefined;
    const update = random.pick(updates);
    return replaced(history, update, { ...update, expected: update.expected - 1 });
  },
  "of two writes, one after the other, the first has the later revision": (history, random) => {
    const found = pair(history, random, {
      first: updatedWith,
      second: updatedWith,
      holds: (one, other) => one.answered! < other.invoked,
    });
    if (!found) return undefined;
    const [one, other] = found;
    const [invoked, answered] = [one.invoked, one.answered!];
    const swapped = replaced(history, one, { ...one, invoked: other.invoked, answered: other.answered! });
    return replaced(swapped, other, { ...other, invoked, answered });
  },
};

/** The acknowledged update that replaced this revision. */
function updateOf({ operations }: History, revision: number | undefined): Write | undefined {
  return operations.filter(updatedWith).find(({ expected }) => expected === revision);
}
