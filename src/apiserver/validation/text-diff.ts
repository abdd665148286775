/**
 * Two texts as a unified diff with three lines of context. Lines are matched as upstream's library does (the algorithm of Python's difflib):
 * the longest run in common first, then what lies before and after it.
 */
interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

interface Change {
  readonly kind: "equal" | "change";
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

const context = 3;
/** Matching takes time with the square of the lines where changes are many, so it ends after so many looks at a line. */
const mostLooks = 2_000_000;
/** So many lines are told of each text from where matching ended. */
const mostUnmatched = 100;

export function unifiedDiff(before: string, after: string): string {
  const [a, b] = [before.split("\n"), after.split("\n")];
  return groups(changes(a, b))
    .map((group) => hunk(group, a, b))
    .join("");
}

/** Where each line of `b` is. In long texts lines that are everywhere (braces) begin no match. */
function positions(b: readonly string[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [position, line] of b.entries()) {
    const list = found.get(line);
    if (list) list.push(position);
    else found.set(line, [position]);
  }
  const most = Math.floor(b.length / 100) + 1;
  if (b.length >= 200) for (const [line, list] of found) if (list.length > most) found.delete(line);
  return found;
}

interface Range {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** What matching has taken so far. */
interface Effort {
  looks: number;
}

/** The longest that is found before the effort is too great. */
function longestMatch(
  a: readonly string[],
  b: readonly string[],
  where: Map<string, number[]>,
  range: Range,
  effort: Effort,
): Match {
  let best: Match = { a: range.aStart, b: range.bStart, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = range.aStart; i < range.aEnd && effort.looks++ < mostLooks; i++) {
    const next = new Map<number, number>();
    for (const j of where.get(a[i]!) ?? []) {
      effort.looks++;
      if (j < range.bStart) continue;
      if (j >= range.bEnd) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  return extended(best, a, b, range);
}

/** Lines that begin no match may still lengthen one. */
function extended(match: Match, a: readonly string[], b: readonly string[], range: Range): Match {
  let { a: i, b: j, size } = match;
  while (i > range.aStart && j > range.bStart && a[i - 1] === b[j - 1]) {
    i--;
    j--;
    size++;
  }
  while (i + size < range.aEnd && j + size < range.bEnd && a[i + size] === b[j + size]) size++;
  return { a: i, b: j, size };
}

/** What the texts have in common, in order; at the end nothing, where both end or where matching does. */
function matches(a: readonly string[], b: readonly string[]): Match[] {
  const where = positions(b);
  const found: Match[] = [];
  const effort: Effort = { looks: 0 };
  let end: Match = { a: a.length, b: b.length, size: 0 };
  /** Whether all of the range has been matched. */
  const visit = (range: Range): boolean => {
    if (range.aStart === range.aEnd && range.bStart === range.bEnd) return true;
    if (effort.looks >= mostLooks) {
      end = {
        a: Math.min(range.aEnd, range.aStart + mostUnmatched),
        b: Math.min(range.bEnd, range.bStart + mostUnmatched),
        size: 0,
      };
      return false;
    }
    const match = longestMatch(a, b, where, range, effort);
    if (match.size === 0) return true;
    if (!visit({ ...range, aEnd: match.a, bEnd: match.b })) return false;
    found.push(match);
    return visit({ ...range, aStart: match.a + match.size, bStart: match.b + match.size });
  };
  visit({ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length });
  return [...found, end];
}

function changes(a: readonly string[], b: readonly string[]): Change[] {
  const found: Change[] = [];
  let [i, j] = [0, 0];
  for (const match of matches(a, b)) {
    if (i < match.a || j < match.b) found.push({ kind: "change", aStart: i, aEnd: match.a, bStart: j, bEnd: match.b });
    [i, j] = [match.a + match.size, match.b + match.size];
    if (match.size > 0) found.push({ kind: "equal", aStart: match.a, aEnd: i, bStart: match.b, bEnd: j });
  }
  return found;
}

/** Changes with their surroundings; those that are near each other together. */
function groups(all: readonly Change[]): Change[][] {
  const found: Change[][] = [];
  let group: Change[] = [];
  for (const [position, change] of all.entries()) {
    const length = change.aEnd - change.aStart;
    if (change.kind === "change") group.push(change);
    else if (position === 0) group.push(tail(change));
    else if (position === all.length - 1) group.push(head(change));
    else if (length <= 2 * context) group.push(change);
    else {
      found.push([...group, head(change)]);
      group = [tail(change)];
    }
  }
  if (group.some(({ kind }) => kind === "change")) found.push(group);
  return found;
}

function head(change: Change): Change {
  return {
    ...change,
    aEnd: Math.min(change.aEnd, change.aStart + context),
    bEnd: Math.min(change.bEnd, change.bStart + context),
  };
}

function tail(change: Change): Change {
  return {
    ...change,
    aStart: Math.max(change.aStart, change.aEnd - context),
    bStart: Math.max(change.bStart, change.bEnd - context),
  };
}

function hunk(group: readonly Change[], a: readonly string[], b: readonly string[]): string {
  const [first, last] = [group[0]!, group.at(-1)!];
  const lines = group.flatMap(({ kind, aStart, aEnd, bStart, bEnd }) =>
    kind === "equal"
      ? a.slice(aStart, aEnd).map((line) => ` ${line}`)
      : [...a.slice(aStart, aEnd).map((line) => `-${line}`), ...b.slice(bStart, bEnd).map((line) => `+${line}`)],
  );
  const title = `@@ -${span(first.aStart, last.aEnd)} +${span(first.bStart, last.bEnd)} @@`;
  return `${[title, ...lines].join("\n")}\n`;
}

function span(start: number, end: number): string {
  if (end - start === 1) return `${start + 1}`;
  return `${end === start ? start : start + 1},${end - start}`;
}
