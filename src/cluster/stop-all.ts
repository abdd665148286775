/** Parts of a program that stop one after the other, whatever one of them says. */

export interface Stoppable {
  stop(): Promise<void> | void;
}

/** Stops each in turn. A part that fails keeps no later one from stopping; rejects with the first failure when all have been asked. */
export async function stopAll(parts: readonly Stoppable[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      await part.stop();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
