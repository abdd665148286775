/** Tries again until it works: for what a node needs before it can do anything, and others start beside it. */
import type { Logger } from "pino";
import type { Clock } from "../../client/mod.ts";
import { messageOf } from "./errors.ts";

const firstDelayMs = 50;
const lastDelayMs = 2000;
/** The first failures are the others' start. */
const quietFailures = 20;

export interface RetryContext {
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Rejects with the last error when the signal is aborted. `what` is a constant sentence for the log. */
export async function untilSuccess<T>(
  what: string,
  { clock, log, signal }: RetryContext,
  work: () => Promise<T>,
): Promise<T> {
  let delayMs = firstDelayMs;
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      if (failures > quietFailures) log.warn({ error: messageOf(error) }, what);
    }
    await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    delayMs = Math.min(delayMs * 1.5, lastDelayMs);
  }
}
