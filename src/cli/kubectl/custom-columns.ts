/** `-o custom-columns=NAME:.metadata.name,…`: one column for each JSONPath. */
import { UsageError } from "../failure.ts";
import { findAll, valueText } from "./jsonpath/evaluate.ts";
import { type Path, parseRelaxedPath } from "./jsonpath/template.ts";
import { alignColumns } from "./table.ts";

interface Column {
  readonly header: string;
  readonly path: Path;
}

function parseColumns(specification: string): readonly Column[] {
  if (specification === "") throw new UsageError("custom-columns format specified but no custom columns given");
  return specification.split(",").map((column) => {
    const at = column.indexOf(":");
    if (at === -1)
      throw new UsageError(`unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`);
    return { header: column.slice(0, at), path: parseRelaxedPath(column.slice(at + 1)) };
  });
}

/** A file has the headers in its first line and the paths in its second. */
export function columnsOfFile(content: string): string {
  const [headers = [], paths = []] = content.split("\n").map((line) => line.trim().split(/\s+/));
  if (headers.length !== paths.length)
    throw new UsageError("number of headers and field paths in the custom-columns file must be equal");
  return headers.map((header, at) => `${header}:${paths[at]}`).join(",");
}

function cell(object: unknown, { path }: Column): string {
  const found = findAll(path, object, object);
  return found.length === 0 ? "<none>" : found.map((value) => valueText(value) || "<none>").join(",");
}

export function customColumns(specification: string, objects: readonly unknown[], withHeaders: boolean): string {
  const columns = parseColumns(specification);
  const rows = objects.map((object) => columns.map((column) => cell(object, column)));
  return alignColumns(withHeaders ? [columns.map(({ header }) => header), ...rows] : rows);
}
