/** Parts of a program that stop one after the other, whatever one of them says, and though one never ends. */
import type { Logger } from "pino";

export interface Stoppable {
  /** For the log; the class's where there is none. */
  readonly name?: string;
  stop(): Promise<void> | void;
}

export interface StopOptions {
  readonly log: Logger;
  /** A part that takes longer is left behind. */
  readonly mostMs?: number;
}

/**
 * Stops each in turn. A part that fails keeps no later one from stopping; rejects with the first failure when all have been asked. One that
 * does not end is told of, and the others go on: the store is among them, whose last writes must find their way to the disk.
 */
export async function stopAll(parts: readonly Stoppable[], { log, mostMs = 5000 }: StopOptions): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      const isDone = await within(mostMs, async () => part.stop());
      const name = part.name ?? part.constructor.name;
      if (!isDone) log.error({ part: name, afterMs: mostMs }, "a part does not stop; the others go on without it");
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Whether the work is done by then. */
async function within(mostMs: number, work: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), mostMs);
  });
  try {
    return await Promise.race([work().then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
