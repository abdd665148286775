/**
 * Columns as Go's text/tabwriter aligns them, which every description relies on: a cell that another one follows is in a column, and a column
 * reaches over the lines without a gap that have it. The last cell of a line is in none.
 */
const padding = 2;

export function elasticColumns(lines: readonly (readonly string[])[]): string {
  const widths = lines.map((cells) => cells.map(() => 0));
  measure(lines, widths, 0, 0, lines.length);
  return lines
    .map((cells, at) => `${cells.map((cell, column) => pad(cell, widths[at]![column]!)).join("")}\n`)
    .join("");
}

const pad = (cell: string, width: number): string => cell.padEnd(width);

const hasColumn = (cells: readonly string[] | undefined, column: number): boolean => column < (cells?.length ?? 0) - 1;

/** Fills in the widths of one column, block by block, and within each block of the columns to the right. */
function measure(
  lines: readonly (readonly string[])[],
  widths: number[][],
  column: number,
  from: number,
  to: number,
): void {
  for (let begin = from; begin < to; begin++) {
    if (!hasColumn(lines[begin], column)) continue;
    let end = begin;
    while (end < to && hasColumn(lines[end], column)) end++;
    const width = Math.max(...lines.slice(begin, end).map((cells) => cells[column]!.length)) + padding;
    for (let at = begin; at < end; at++) widths[at]![column] = width;
    measure(lines, widths, column + 1, begin, end);
    begin = end;
  }
}
