/** Where the time of a slow request went, for the audit log: upstream's annotations, its durations in Go's form. */

const group = "apiserver.latency.k8s.io";
/** What is faster needs no explanation. */
const slowSeconds = 0.5;

export interface Latencies {
  /** Seconds. */
  readonly total: number;
  /** Of them, in a queue of priority and fairness. */
  readonly queued: number;
}

export function latencyNotes({ total, queued }: Latencies): readonly (readonly [key: string, value: string])[] {
  if (total <= slowSeconds) return [];
  const notes: [string, string][] = [[`${group}/total`, goDuration(total)]];
  if (queued > 0) notes.push([`${group}/apf-queue-wait`, goDuration(queued)]);
  return notes;
}

/** `1.5s`, `512.3ms`, `2m3.25s`. */
export function goDuration(seconds: number): string {
  const trimmed = (value: number, digits: number) => String(Number(value.toFixed(digits)));
  if (seconds < 1e-3) return `${trimmed(seconds * 1e6, 3)}µs`;
  if (seconds < 1) return `${trimmed(seconds * 1e3, 6)}ms`;
  if (seconds < 60) return `${trimmed(seconds, 9)}s`;
  const minutes = Math.floor(seconds / 60);
  const rest = `${minutes % 60}m${trimmed(seconds % 60, 9)}s`;
  return minutes < 60 ? rest : `${Math.floor(minutes / 60)}h${rest}`;
}
