/** Indexes of a job's pods as text: `0,2-4`, growing. */
export interface IndexProblem {
  readonly problem: string;
}

/** How many indexes there are, all below `completions`; or what is wrong with the text. */
export function countIndexes(text: string, completions: number): number | IndexProblem {
  if (text === "") return 0;
  let [count, last] = [0, -1];
  for (const part of text.split(",")) {
    const interval = parseInterval(part, completions);
    if ("problem" in interval) return interval;
    const [first, end] = interval.bounds;
    if (first <= last) return disorder(last, first);
    count += end - first + 1;
    last = end;
  }
  return count;
}

function disorder(previous: number, current: number): IndexProblem {
  return { problem: `non-increasing order, previous: ${previous}, current: ${current}` };
}

function parseInterval(
  part: string,
  completions: number,
): IndexProblem | { readonly bounds: readonly [number, number] } {
  const limits = part.split("-");
  if (limits.length > 2)
    return {
      problem: `the fragment ${JSON.stringify(part)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    };
  for (const limit of limits) {
    if (!/^[+-]?\d+$/.test(limit))
      return { problem: `cannot convert string to integer for index: ${JSON.stringify(limit)}` };
    if (Number(limit) >= completions) return { problem: `too large index: ${JSON.stringify(limit)}` };
  }
  const [first, end] = limits.map(Number) as [number, number | undefined];
  if (end === undefined) return { bounds: [first, first] };
  return first >= end ? disorder(first, end) : { bounds: [first, end] };
}

/** The indexes of a text that is well formed. */
export function listIndexes(text: string): number[] {
  if (text === "") return [];
  return text.split(",").flatMap((part) => {
    const [first, end = first] = part.split("-").map(Number) as [number, number | undefined];
    return Array.from({ length: end - first + 1 }, (_, offset) => first + offset);
  });
}
