/** Aligned columns, and the server's own tables in them. */

export interface ServerTable {
  readonly kind: "Table";
  readonly metadata?: { readonly resourceVersion?: string };
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows?: readonly { readonly cells: readonly unknown[]; readonly object?: RowObject }[];
}

export interface RowObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** kubectl's columns are six wide, the three spaces between them counted. */
const narrowest = 3;

/** Makes each column at least as wide as the row's cell. */
export function growWidths(widths: number[], row: readonly string[]): void {
  for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? narrowest, cell.length);
}

/** A line, its last cell as it is and the others as wide as their columns. */
export const alignRow = (row: readonly string[], widths: readonly number[]): string =>
  `${row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at]!))).join("   ")}\n`;

/** Three spaces between columns. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) growWidths(widths, row);
  return rows.map((row) => alignRow(row, widths)).join("");
}

export interface TableOptions {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  readonly showLabels: boolean;
  /** Labels with a column of their own. */
  readonly labelColumns: readonly string[];
  readonly noHeaders: boolean;
  /** Before each name: `pod/`. */
  readonly namePrefix: string;
}

const cellText = (cell: unknown): string => (cell === null || cell === undefined ? "" : String(cell));

function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? "<none>" : pairs.map(([key, value]) => `${key}=${value}`).join(",");
}

export function tableRows(table: ServerTable, options: TableOptions): string[][] {
  const shown = table.columnDefinitions.flatMap((column, at) => (options.wide || column.priority === 0 ? [at] : []));
  const header = shown.map((at) => table.columnDefinitions[at]!.name.toUpperCase());
  const rows = (table.rows ?? []).map(({ cells, object }) => {
    const texts = shown.map((at, position) => (position === 0 ? options.namePrefix : "") + cellText(cells[at]));
    const before = options.withNamespace ? [object?.metadata.namespace ?? ""] : [];
    const labels = object?.metadata.labels;
    const own = options.labelColumns.map((label) => labels?.[label] ?? "");
    return [...before, ...texts, ...own, ...(options.showLabels ? [labelsText(labels)] : [])];
  });
  if (options.noHeaders) return rows;
  const labelHeaders = options.labelColumns.map((label) => label.split("/").at(-1)!.toUpperCase());
  const [first, last] = [options.withNamespace ? ["NAMESPACE"] : [], options.showLabels ? ["LABELS"] : []];
  return [[...first, ...header, ...labelHeaders, ...last], ...rows];
}
