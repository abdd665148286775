/** Where in a sorted array. */

/** Of the first item that is not before the place that is looked for; the array's length where all are. All that are before it come first. */
export function bisect<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(items[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
