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
/** Matching takes time with the square of the lines where changes are many, so of longer texts so many are compared, from the first change on. */
const mostLines = 2500;

export function unifiedDiff(before: string, after: string): string {
  const all = [before.split("\n"), after.split("\n")] as const;
  const isLong = all.some(({ length }) => length > mostLines);
  const from = isLong ? Math.max(0, firstChange(...all) - context) : 0;
  const [a, b] = all.map((lines) => lines.slice(from, from + mostLines)) as [string[], string[]];
  return groups(changes(a, b))
    .map((group) => hunk(group, a, b, from))
    .join("");
}

function firstChange(a: readonly string[], b: readonly string[]): number {
  let line = 0;
  while (line < a.length && a[line] === b[line]) line++;
  return line;
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

function longestMatch(a: readonly string[], b: readonly string[], where: Map<string, number[]>, range: Range): Match {
  let best: Match = { a: range.aStart, b: range.bStart, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = range.aStart; i < range.aEnd; i++) {
    const next = new Map<number, number>();
    for (const j of where.get(a[i]!) ?? []) {
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

function matches(a: readonly string[], b: readonly string[]): Match[] {
  const where = positions(b);
  const visit = (range: Range): Match[] => {
    const match = longestMatch(a, b, where, range);
    if (match.size === 0) return [];
    const before = { ...range, aEnd: match.a, bEnd: match.b };
    const after = { ...range, aStart: match.a + match.size, bStart: match.b + match.size };
    return [...visit(before), match, ...visit(after)];
  };
  return visit({ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length });
}

function changes(a: readonly string[], b: readonly string[]): Change[] {
  const found: Change[] = [];
  let [i, j] = [0, 0];
  for (const match of [...matches(a, b), { a: a.length, b: b.length, size: 0 }]) {
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

/** `from`: the lines before the first one given. */
function hunk(group: readonly Change[], a: readonly string[], b: readonly string[], from: number): string {
  const [first, last] = [group[0]!, group.at(-1)!];
  const lines = group.flatMap(({ kind, aStart, aEnd, bStart, bEnd }) =>
    kind === "equal"
      ? a.slice(aStart, aEnd).map((line) => ` ${line}`)
      : [...a.slice(aStart, aEnd).map((line) => `-${line}`), ...b.slice(bStart, bEnd).map((line) => `+${line}`)],
  );
  const title = `@@ -${span(from + first.aStart, from + last.aEnd)} +${span(from + first.bStart, from + last.bEnd)} @@`;
  return `${[title, ...lines].join("\n")}\n`;
}

function span(start: number, end: number): string {
  if (end - start === 1) return `${start + 1}`;
  return `${end === start ? start : start + 1},${end - start}`;
}
