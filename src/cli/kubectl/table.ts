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

/** Three spaces between columns, none at the end of a line. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) growWidths(widths, row);
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at]!))
          .join("   ")
          .trimEnd()}\n`,
    )
    .join("");
}

export interface TableOptions {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  readonly showLabels: boolean;
  readonly noHeaders: boolean;
  /** Before each name: `pod/`. */
  readonly namePrefix: string;
}

const cellText = (cell: unknown): string => (cell === null || cell === undefined ? "<none>" : String(cell));

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
    return [...before, ...texts, ...(options.showLabels ? [labelsText(object?.metadata.labels)] : [])];
  });
  if (options.noHeaders) return rows;
  return [
    [...(options.withNamespace ? ["NAMESPACE"] : []), ...header, ...(options.showLabels ? ["LABELS"] : [])],
    ...rows,
  ];
}
