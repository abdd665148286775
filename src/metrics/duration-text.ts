/** A length of time as Go writes it: `15.022s`, `1m0.5s`, `2h0m1s`. */
export function durationText(milliseconds: number): string {
  const seconds = (milliseconds % 60_000) / 1000;
  const minutes = Math.floor(milliseconds / 60_000);
  const tail = `${Number(seconds.toFixed(3))}s`;
  if (minutes === 0) return tail;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${tail}` : `${hours}h${minutes % 60}m${tail}`;
}
