/** Says so when the machine's clock was set: whoever reads the times in objects and logs around it should know. */
import type { Logger } from "pino";
import { type Clock, systemClock } from "../client/mod.ts";

/** Answers how to end it. `clock`: default the system's. */
export function tellClockJumps({ log, clock = systemClock }: { readonly log: Logger; readonly clock?: Clock }) {
  return clock.onJump((byMs) => {
    const time = new Date(clock.now()).toISOString();
    log.warn({ seconds: Math.round(byMs / 1000), time }, "the clock of this machine has jumped");
  });
}
