/** The definition itself, for histories of a few operations: some order of them, in keeping with time, in which a store does each as it was answered. */
import type { Change, History, Version } from "./history.ts";

type Operation = History["operations"][number];

/** `log`: all changes, in order. */
export function hasOrder(operations: readonly Operation[], log: readonly Change[]): boolean {
  return search(operations, { log, done: 0, state: new Map() });
}

interface Store {
  readonly log: readonly Change[];
  /** Of its changes. */
  readonly done: number;
  readonly state: ReadonlyMap<string, Version>;
}

/** What was not answered may be left out. */
function search(left: readonly Operation[], store: Store): boolean {
  if (store.done === store.log.length && left.every(({ answered }) => answered === undefined)) return true;
  const first = Math.min(...left.map(({ answered }) => answered ?? Number.POSITIVE_INFINITY));
  return left.some((one) => {
    if (one.invoked > first) return false;
    const after = apply(one, store);
    return (
      after !== undefined &&
      search(
        left.filter((other) => other !== one),
        after,
      )
    );
  });
}

/** The store after it; nothing where it would not have answered so. */
function apply(one: Operation, store: Store): Store | undefined {
  const { state, log, done } = store;
  if (one.kind === "list") {
    const [last, next] = [log[done - 1]?.revision ?? 0, log[done]?.revision ?? Number.POSITIVE_INFINITY];
    const isNow = one.revision >= last && one.revision < next && one.items.length === state.size;
    return isNow && one.items.every((item) => isSame(item, state.get(item.key))) ? store : undefined;
  }
  const now = state.get(one.key);
  if (one.kind === "get") return isSame(one.found, now) ? store : undefined;
  const fits = now?.revision === one.expected;
  if (one.outcome === "refused") return fits ? undefined : store;
  return fits ? change(one.kind === "delete" ? undefined : one.value, one, store) : undefined;
}

function change(value: string | undefined, one: Operation & { key: string; revision?: number }, store: Store) {
  const { log, done, state } = store;
  const next = log[done];
  if (!next || next.key !== one.key || (next.type === "DELETED") !== (value === undefined)) return undefined;
  if (value !== undefined && value !== next.value) return undefined;
  if (one.answered !== undefined && value !== undefined && one.revision !== next.revision) return undefined;
  const after = new Map(state);
  if (value === undefined) after.delete(one.key);
  else after.set(one.key, { key: one.key, revision: next.revision, value });
  return { log, done: done + 1, state: after };
}

const isSame = (one: Version | undefined, other: Version | undefined) =>
  one?.revision === other?.revision && one?.value === other?.value;
