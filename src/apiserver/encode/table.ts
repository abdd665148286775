/** Objects as rows, as `kubectl get` prints them. */
import type { KubernetesObject, metav1 } from "../../api/mod.ts";
import { descriptions } from "../discovery/descriptions.ts";
import { badRequest } from "../errors.ts";
import type { RowCondition, Strategy, TableColumn } from "../registry/strategy.ts";
import { partialMetadata } from "./partial-metadata.ts";

export type IncludeObject = "None" | "Metadata" | "Object";

/** What the query says of it; it is looked at only where there will be a table. */
export function includedObject(text: string | null, table: boolean): IncludeObject {
  const include = text || "Metadata";
  if (!table || include === "None" || include === "Metadata" || include === "Object") return include as IncludeObject;
  const why = `Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${why}`);
}

export interface TableOptions {
  readonly strategy: Pick<Strategy<KubernetesObject>, "columns" | "rowConditions">;
  readonly metadata: metav1.ListMeta;
  readonly include: IncludeObject;
  /** Left out of all but the first event of a watch. */
  readonly definitions: boolean;
  /** Of the form that was asked for; default v1. */
  readonly version?: string;
  readonly now: number;
}

export interface Table {
  readonly kind: "Table";
  readonly apiVersion: string;
  readonly metadata: metav1.ListMeta;
  readonly columnDefinitions: readonly ColumnDefinition[] | null;
  readonly rows: readonly Row[] | null;
}

interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

interface Row {
  readonly cells: readonly unknown[];
  readonly conditions?: readonly RowCondition[];
  readonly object?: unknown;
}

const metaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** For kinds that declare no columns. */
const defaultColumns: readonly TableColumn<KubernetesObject>[] = [
  {
    name: "Name",
    type: "string",
    format: "name",
    describedBy: `${metaName}.name`,
    value: ({ metadata }) => metadata.name,
  },
  {
    name: "Created At",
    type: "date",
    describedBy: `${metaName}.creationTimestamp`,
    value: ({ metadata }) => metadata.creationTimestamp,
  },
];

export function tableOf(objects: readonly KubernetesObject[], options: TableOptions): Table {
  const columns = options.strategy.columns ?? defaultColumns;
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${options.version ?? "v1"}`,
    metadata: options.metadata,
    columnDefinitions: options.definitions ? columns.map(definitionOf) : null,
    // Upstream's general printer makes no list of nothing.
    rows: objects.length === 0 && !options.strategy.columns ? null : objects.map(rowMaker(options)),
  };
}

/** Of one object after the other. */
export function rowMaker(options: TableOptions): (object: KubernetesObject) => Row {
  const columns = options.strategy.columns ?? defaultColumns;
  return (object) => rowOf(object, columns, options);
}

function definitionOf(column: TableColumn<KubernetesObject>): ColumnDefinition {
  const { name, type, format = "", priority = 0 } = column;
  return { name, type, format, description: descriptionOf(column), priority };
}

function descriptionOf({ description, describedBy }: TableColumn<KubernetesObject>): string {
  if (description !== undefined) return description;
  if (describedBy === undefined) return "";
  const dot = describedBy.lastIndexOf(".");
  return descriptions().field(describedBy.slice(0, dot), describedBy.slice(dot + 1)) ?? "";
}

function rowOf(
  object: KubernetesObject,
  columns: readonly TableColumn<KubernetesObject>[],
  { strategy, include, now, version }: TableOptions,
): Row {
  const conditions = strategy.rowConditions?.(object);
  const row = { cells: columns.map((column) => column.value(object, now)), ...(conditions && { conditions }) };
  if (include === "None") return { ...row, object: null };
  return { ...row, object: include === "Object" ? object : partialMetadata(object, version) };
}
