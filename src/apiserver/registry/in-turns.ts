/** Long work in turns: other requests come between. */
import { setImmediate } from "node:timers/promises";

/** How long one turn may take. */
const turnMs = 5;
/** Of small steps, between two looks at the clock. */
const manySteps = 64;

/**
 * Answers a function to be awaited after each step where it answers a promise: what has waited meanwhile has its turn. It is told how many small
 * steps a larger one is worth. `check` is called after each such pause; what it throws ends the work.
 */
export function turns(check: () => void, stepsBetween = manySteps): (steps?: number) => Promise<void> | undefined {
  let steps = 0;
  let until = performance.now() + turnMs;
  return (taken = 1) => {
    steps += taken;
    if (steps < stepsBetween) return undefined;
    steps = 0;
    if (performance.now() < until) return undefined;
    return setImmediate(undefined).then(() => {
      check();
      until = performance.now() + turnMs;
    });
  };
}

/** What `make` answers for each item; it may take long for each. */
export async function mapInTurns<T, U>(items: readonly T[], make: (item: T) => U, check: () => void): Promise<U[]> {
  const made: U[] = [];
  const turn = turns(check, 1);
  for (const item of items) {
    const pause = turn();
    if (pause) await pause;
    made.push(make(item));
  }
  return made;
}
