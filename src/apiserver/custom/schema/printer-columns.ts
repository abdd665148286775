/** The columns that a definition gives its resource in `kubectl get`. */
import { type apiextensionsv1, humanDuration, type KubernetesObject } from "../../../api/mod.ts";
import { nameColumn } from "../../kinds/columns.ts";
import type { TableColumn } from "../../registry/strategy.ts";
import { type JsonPath, jsonPath } from "./json-path.ts";
import { JsonPathError } from "./json-path-parser.ts";
import { goFloat } from "./validate/go-number.ts";

type Definition = apiextensionsv1.CustomResourceColumnDefinition;
type Cell = string | number | boolean | null;

const ageOnly: readonly Definition[] = [{ name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }];

/** The name first; the age alone where a definition has no columns. */
export function printerColumns(definitions: readonly Definition[] | undefined): TableColumn<KubernetesObject>[] {
  if (definitions && definitions.length > 0) return [nameColumn, ...definitions.map(columnOf)];
  const describedBy = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.creationTimestamp";
  return [
    nameColumn,
    ...ageOnly.map((definition) => ({ ...columnOf(definition), description: undefined, describedBy })),
  ];
}

function columnOf(definition: Definition): TableColumn<KubernetesObject> {
  const { name, type, format, priority, jsonPath: text } = definition;
  const path = pathOf(text);
  const cell = cells[type] ?? none;
  return {
    name,
    type: type as TableColumn<KubernetesObject>["type"],
    description: definition.description || `Custom resource definition column (in JSONPath format): ${text}`,
    ...(format && { format }),
    ...(priority && { priority }),
    value: (object, now) => {
      const [value] = path.find(object);
      return value === undefined ? null : cell(value, now);
    },
  };
}

/** A path that cannot be read, which no definition accepts today, leads nowhere. */
function pathOf(text: string): JsonPath {
  try {
    return jsonPath(text);
  } catch (error) {
    if (error instanceof JsonPathError) return { find: () => [] };
    throw error;
  }
}

const none = (): Cell => null;

const cells: Readonly<Record<string, (value: unknown, now: number) => Cell>> = {
  string: textCell,
  integer: (value) => (typeof value === "number" ? Math.trunc(value) : null),
  number: (value) => (typeof value === "number" ? value : null),
  boolean: (value) => (typeof value === "boolean" ? value : null),
  date: dateCell,
};

function textCell(value: unknown): Cell {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : goFloat(value);
  return value === null ? "<nil>" : JSON.stringify(value);
}

function dateCell(value: unknown, now: number): Cell {
  if (typeof value !== "string") return null;
  const time = Date.parse(value);
  return Number.isNaN(time) ? "<invalid>" : humanDuration(now - time);
}
