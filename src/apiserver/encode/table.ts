/** Objects as rows, as `kubectl get` prints them. */
import type { KubernetesObject, metav1 } from "../../api/mod.ts";
import type { Strategy, TableColumn } from "../registry/strategy.ts";
import { partialMetadata } from "./partial-metadata.ts";

export type IncludeObject = "None" | "Metadata" | "Object";

export interface TableOptions {
  readonly strategy: Strategy<KubernetesObject>;
  readonly metadata: metav1.ListMeta;
  readonly include: IncludeObject;
  /** Left out of all but the first event of a watch. */
  readonly definitions: boolean;
  readonly now: number;
}

export interface Table {
  readonly kind: "Table";
  readonly apiVersion: "meta.k8s.io/v1";
  readonly metadata: metav1.ListMeta;
  readonly columnDefinitions: readonly ColumnDefinition[] | null;
  readonly rows: readonly Row[];
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
  readonly object?: unknown;
}

const objectMetaText = "Standard object's metadata.";

/** For kinds that declare no columns. */
const defaultColumns: readonly TableColumn<KubernetesObject>[] = [
  {
    name: "Name",
    type: "string",
    format: "name",
    description:
      "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
    value: ({ metadata }) => metadata.name,
  },
  {
    name: "Created At",
    type: "date",
    description:
      "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
    value: ({ metadata }) => metadata.creationTimestamp,
  },
];

export function tableOf(objects: readonly KubernetesObject[], options: TableOptions): Table {
  const columns = options.strategy.columns ?? defaultColumns;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: options.metadata,
    columnDefinitions: options.definitions ? columns.map(definitionOf) : null,
    rows: objects.map((object) => rowOf(object, columns, options)),
  };
}

function definitionOf({ name, type, format, description, priority }: TableColumn<KubernetesObject>): ColumnDefinition {
  return { name, type, format: format ?? "", description: description ?? objectMetaText, priority: priority ?? 0 };
}

function rowOf(
  object: KubernetesObject,
  columns: readonly TableColumn<KubernetesObject>[],
  { include, now }: TableOptions,
): Row {
  const cells = columns.map((column) => column.value(object, now));
  if (include === "None") return { cells };
  return { cells, object: include === "Object" ? object : partialMetadata(object) };
}
