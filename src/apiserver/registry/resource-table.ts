/** What is served under which group, version and resource. Custom resources come and go; the rest is there from the start. */
import {
  apiVersionOf,
  type Descriptions,
  type KubernetesObject,
  type OpenApiNode,
  type ResourceInfo,
  type TypeNames,
} from "../../api/mod.ts";
import type { Endpoint } from "../request/call.ts";

/** How OpenAPI shows a resource that has no schema value. */
export interface PublishedForm {
  readonly names: TypeNames;
  /** Differs whenever the definitions do. */
  readonly tag: string;
  /** By the names of the types. */
  definitions(dialect: "v2" | "v3", descriptions: Descriptions): Readonly<Record<string, OpenApiNode>>;
}

export interface TableEntry {
  readonly info: ResourceInfo<KubernetesObject>;
  readonly endpoint: Endpoint;
  readonly subresources: ReadonlyMap<string, Endpoint>;
  readonly published?: PublishedForm;
  /** Sent as a Warning header with every answer. */
  readonly warning?: string;
}

export class ResourceTable {
  readonly #entries = new Map<string, TableEntry>();
  readonly #versions = new Map<string, number>();
  /** Resources of a group that have no schema value. */
  readonly #custom = new Map<string, number>();
  #generation = 0;

  /** Counts the changes of the table. */
  get generation(): number {
    return this.#generation;
  }

  add(entry: TableEntry): void {
    this.#generation++;
    const { apiVersion, resource } = entry.info;
    this.#entries.set(`${apiVersion}/${resource}`, entry);
    this.#versions.set(apiVersion, (this.#versions.get(apiVersion) ?? 0) + 1);
    this.#countCustom(entry, 1);
  }

  remove(apiVersion: string, resource: string): void {
    const entry = this.#entries.get(`${apiVersion}/${resource}`);
    if (!entry) return;
    this.#entries.delete(`${apiVersion}/${resource}`);
    this.#countCustom(entry, -1);
    this.#generation++;
    const left = this.#versions.get(apiVersion)! - 1;
    if (left > 0) this.#versions.set(apiVersion, left);
    else this.#versions.delete(apiVersion);
  }

  #countCustom({ info: { schema, group } }: TableEntry, change: 1 | -1): void {
    if (!schema) this.#custom.set(group, (this.#custom.get(group) ?? 0) + change);
  }

  find(group: string, version: string, resource: string): TableEntry | undefined {
    return this.#entries.get(group === "" ? `${version}/${resource}` : `${group}/${version}/${resource}`);
  }

  hasVersion(group: string, version: string): boolean {
    return this.#versions.has(apiVersionOf({ group, version }));
  }

  /** Any version of the group is served. */
  hasGroup(group: string): boolean {
    for (const apiVersion of this.#versions.keys()) if (groupOf(apiVersion) === group) return true;
    return false;
  }

  /** A group of custom resources. */
  isCustom(group: string): boolean {
    return (this.#custom.get(group) ?? 0) > 0;
  }

  /** In the order in which they were added. */
  all(): IterableIterator<TableEntry> {
    return this.#entries.values();
  }
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}
