/**
 * Runs many creations in batches of 1, 2, 4, …: where each would fail alike (quota, admission), a thousand replicas cost a handful of
 * refused requests instead of a thousand.
 */
export interface SlowStartResult {
  readonly succeeded: number;
  /** The first failure; no batch is begun after it. */
  readonly error?: unknown;
}

export async function slowStartBatch(count: number, run: (index: number) => Promise<void>): Promise<SlowStartResult> {
  let done = 0;
  for (let size = Math.min(count, 1); size > 0; size = Math.min(2 * size, count - done)) {
    const start = done;
    const batch = Array.from({ length: size }, (_, offset) => run(start + offset));
    const failures = (await Promise.allSettled(batch)).filter((result) => result.status === "rejected");
    if (failures.length > 0) return { succeeded: done + size - failures.length, error: failures[0]!.reason };
    done += size;
  }
  return { succeeded: done };
}
