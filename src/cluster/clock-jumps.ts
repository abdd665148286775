/** Says so when the machine's clock was set: whoever reads the times in objects and logs around it should know. */
import type { Logger } from "pino";
import { systemClock } from "../client/mod.ts";

/** Answers how to end it. */
export function tellClockJumps(log: Logger): () => void {
  return systemClock.onJump((byMs) => {
    const time = new Date(systemClock.now()).toISOString();
    log.warn({ seconds: Math.round(byMs / 1000), time }, "the clock of this machine has jumped");
  });
}
