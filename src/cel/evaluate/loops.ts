/** The macros over lists and maps. What one round costs besides its own parts is upstream's, whose rounds are small expressions. */
import type { Loop, LoopName } from "../syntax/ast.ts";
import {
  ArrayList,
  EntryMap,
  EvaluationError,
  ListValue,
  MapValue,
  noSuchOverload,
  type Value,
} from "../values/value.ts";
import type { Evaluator, Frame } from "./frame.ts";

/** A loop with its parts made ready. Its variables are at `depth` and, where there are two, the one after. */
export interface PlannedLoop {
  readonly loop: Loop;
  readonly range: Evaluator;
  readonly condition: Evaluator | undefined;
  readonly body: Evaluator | undefined;
  readonly depth: number;
}

/** Beside what its own parts cost. */
const roundPrices: Readonly<Record<LoopName, number>> = {
  all: 3,
  exists: 4,
  exists_one: 1,
  map: 12,
  filter: 1,
  transformList: 12,
  transformMap: 1,
  transformMapEntry: 1,
};

function* rounds(planned: PlannedLoop, frame: Frame): IterableIterator<Value> {
  const range = planned.range(frame);
  const { loop, depth } = planned;
  const two = loop.index !== undefined;
  const price = roundPrices[loop.name];
  const enter = (first: Value, second: Value, only: Value) => {
    frame.spend(price);
    frame.locals[depth] = two ? first : only;
    if (two) frame.locals[depth + 1] = second;
  };
  if (range instanceof ListValue) {
    for (let index = 0; index < range.length; index++) {
      const item = range.at(index);
      enter(BigInt(index), item, item);
      yield BigInt(index);
    }
  } else if (range instanceof MapValue) {
    for (const key of range.keys()) {
      enter(key, two ? range.get(key)! : null, key);
      yield key;
    }
  } else throw noSuchOverload();
}

function truth(evaluator: Evaluator, frame: Frame): boolean {
  const value = evaluator(frame);
  if (typeof value !== "boolean") throw noSuchOverload();
  return value;
}

/** One element that decides outweighs errors of the others. */
function quantifier(planned: PlannedLoop, decisive: boolean): Evaluator {
  const condition = planned.condition!;
  return (frame) => {
    let problem: unknown;
    for (const _ of rounds(planned, frame)) {
      try {
        if (truth(condition, frame) === decisive) return decisive;
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        problem ??= error;
      }
    }
    if (problem) throw problem;
    return !decisive;
  };
}

function exactlyOne(planned: PlannedLoop): Evaluator {
  const condition = planned.condition!;
  return (frame) => {
    let count = 0;
    for (const _ of rounds(planned, frame)) if (truth(condition, frame)) count++;
    return count === 1;
  };
}

function toList(planned: PlannedLoop): Evaluator {
  const { condition } = planned;
  const body = planned.body!;
  return (frame) => {
    const items: Value[] = [];
    for (const _ of rounds(planned, frame)) if (!condition || truth(condition, frame)) items.push(body(frame));
    return new ArrayList(items);
  };
}

function toMap(planned: PlannedLoop): Evaluator {
  const { condition } = planned;
  const body = planned.body!;
  return (frame) => {
    const entries: [Value, Value][] = [];
    for (const key of rounds(planned, frame))
      if (!condition || truth(condition, frame)) entries.push([key, body(frame)]);
    return new EntryMap(entries);
  };
}

function mergeEntries(planned: PlannedLoop): Evaluator {
  const { condition } = planned;
  const body = planned.body!;
  return (frame) => {
    const entries: [Value, Value][] = [];
    const seen = new Set<Value>();
    for (const _ of rounds(planned, frame)) {
      if (condition && !truth(condition, frame)) continue;
      const made = body(frame);
      if (!(made instanceof MapValue)) throw noSuchOverload();
      for (const key of made.keys()) {
        if (seen.has(key)) throw new EvaluationError(`insert failed: key ${key} already exists`);
        seen.add(key);
        entries.push([key, made.get(key)!]);
      }
    }
    return new EntryMap(entries);
  };
}

export function planLoop(planned: PlannedLoop): Evaluator {
  switch (planned.loop.name) {
    case "all":
      return quantifier(planned, false);
    case "exists":
      return quantifier(planned, true);
    case "exists_one":
      return exactlyOne(planned);
    case "map":
    case "filter":
    case "transformList":
      return toList(planned);
    case "transformMap":
      return toMap(planned);
    case "transformMapEntry":
      return mergeEntries(planned);
  }
}
