/** Whether what was measured at even intervals grows: the level of the last quarter against that of the second; the first is for growing warm. */

export interface Allowance {
  /** Of the earlier level. */
  readonly share: number;
  readonly mebibytes: number;
}

export interface Growth {
  readonly earlier: number;
  readonly later: number;
  readonly grows: boolean;
}

/** Of fewer samples there is nothing to say. */
export const fewestSamples = 8;

/** `samples` in mebibytes. What is more than both allowances is growth: noise is large in small things by share, and in large ones by size. */
export function growthOf(samples: readonly number[], { share, mebibytes }: Allowance): Growth {
  const quarter = Math.floor(samples.length / 4);
  const earlier = median(samples.slice(quarter, 2 * quarter));
  const later = median(samples.slice(-quarter));
  return { earlier, later, grows: later - earlier > Math.max(mebibytes, share * earlier) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
