/** `maxSurge`, `maxUnavailable` and their like: a count, or a percentage of a total. */

export interface PercentOptions {
  readonly total: number;
  readonly roundUp: boolean;
}

/** Throws a plain Error for text that is no percentage; validation refuses such text before it is stored. */
export function scaledValue(value: number | string, options: PercentOptions): number {
  if (typeof value === "number") return value;
  const match = /^(\d+)%$/.exec(value);
  if (match === null)
    throw new Error(`invalid value for IntOrString: invalid type: string is not a percentage: ${value}`);
  const exact = (Number(match[1]) * options.total) / 100;
  return options.roundUp ? Math.ceil(exact) : Math.floor(exact);
}
