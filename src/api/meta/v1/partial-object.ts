/** The answers of `meta.k8s.io` that any resource has: its metadata alone, and tables. */
import { field, kind } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { listKind } from "./list-kind.ts";
import { type ListMeta, objectMeta } from "./object-meta.ts";

export const partialObjectMetadata = kind(
  "io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadata",
  "meta.k8s.io/v1",
  { metadata: field(1, objectMeta, { always: true }) },
);
export interface PartialObjectMetadata extends Infer<typeof partialObjectMetadata> {}

export const partialObjectMetadataList = listKind(
  "io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadataList",
  partialObjectMetadata,
);
export interface PartialObjectMetadataList extends Infer<typeof partialObjectMetadataList> {}

/** Only JSON has tables. */
export interface Table {
  kind: "Table";
  apiVersion: "meta.k8s.io/v1";
  metadata: ListMeta;
  /** Null after the first event of a watch. */
  columnDefinitions: TableColumnDefinition[] | null;
  rows: TableRow[];
}

export interface TableColumnDefinition {
  name: string;
  type: string;
  format: string;
  description: string;
  priority: number;
}

export interface TableRow {
  cells: unknown[];
  conditions?: TableRowCondition[];
  /** Metadata, the whole object, or nothing, as `includeObject` asks. */
  object?: unknown;
}

export interface TableRowCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}
