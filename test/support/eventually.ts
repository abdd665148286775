/** For what needs a moment, such as a process that was just started. */
import { setTimeout as delay } from "node:timers/promises";

const patienceMs = 60_000;

/** Tries until it holds; rejects with the last failure after a minute. */
export async function eventually(attempt: () => Promise<void> | void): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await delay(20);
    }
  }
}
