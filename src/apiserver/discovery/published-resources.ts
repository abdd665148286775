/** What is served as the OpenAPI documents need it: built-in kinds by their schema values, others by what they publish themselves. */
import { type OpenApiNode, type OpenApiOptions, openApiV3Prefixes, type ResourceInfo } from "../../api/mod.ts";
import { version } from "../health/version.ts";
import type { ResourceTable, TableEntry } from "../registry/resource-table.ts";
import { descriptions } from "./descriptions.ts";
import { servedGroups } from "./served-groups.ts";

export class PublishedResources {
  readonly #table: ResourceTable;
  #generation = -1;
  #options: OpenApiOptions | undefined;
  #entries = new Map<ResourceInfo, TableEntry>();
  #prefixes: readonly string[] = [];
  readonly #tags = new Map<string, string>();

  constructor(table: ResourceTable) {
    this.#table = table;
  }

  /** Paths that have a v3 document of their own. */
  get prefixes(): readonly string[] {
    this.#current();
    return this.#prefixes;
  }

  /** Counts the changes of what is served. */
  get generation(): number {
    return this.#table.generation;
  }

  /** Differs where a prefix has another document than before. */
  tag(prefix: string): string {
    const { groups } = this.#current();
    let tag = this.#tags.get(prefix);
    if (tag === undefined) {
      const own = [...this.#entries.values()].filter((entry) => isBelow(entry, prefix));
      const parts = own.map(({ info, published }) => `${info.resource} ${info.verbs.length} ${published?.tag ?? ""}`);
      // The documents of groups name their versions.
      if (own.length === 0) parts.push(JSON.stringify(prefix === "apis" ? groups : (groupOf(groups, prefix) ?? "")));
      tag = parts.join(" ");
      this.#tags.set(prefix, tag);
    }
    return tag;
  }

  v2(): OpenApiOptions {
    return this.#withDefinitions("v2", [...this.#entriesNow()]);
  }

  v3(prefix: string): OpenApiOptions {
    return this.#withDefinitions(
      "v3",
      [...this.#entriesNow()].filter((entry) => isBelow(entry, prefix)),
    );
  }

  #entriesNow(): IterableIterator<TableEntry> {
    this.#current();
    return this.#entries.values();
  }

  #withDefinitions(dialect: "v2" | "v3", entries: readonly TableEntry[]): OpenApiOptions {
    const extraDefinitions: Record<string, OpenApiNode> = {};
    for (const { published } of entries)
      if (published) Object.assign(extraDefinitions, published.definitions(dialect, descriptions()));
    return { ...this.#current(), extraDefinitions };
  }

  #current(): OpenApiOptions {
    if (this.#options && this.#generation === this.#table.generation) return this.#options;
    this.#generation = this.#table.generation;
    this.#tags.clear();
    this.#entries = new Map([...this.#table.all()].map((entry) => [entry.info, entry]));
    const groups = servedGroups(this.#table);
    const named = groups.filter(({ name }) => name !== "");
    this.#options = {
      resources: groups.flatMap(({ versions }) => versions.flatMap(({ resources }) => resources)),
      groups: named.map(({ name, versions }) => ({ name, versions: versions.map((one) => one.version) })),
      version: `${version.major}.${version.minor}`,
      descriptions: descriptions(),
      typeNames: (info) => this.#entries.get(info)?.published?.names,
    };
    this.#prefixes = openApiV3Prefixes(this.#options);
    return this.#options;
  }
}

function isBelow({ info }: TableEntry, prefix: string): boolean {
  return prefix === (info.group === "" ? `api/${info.version}` : `apis/${info.apiVersion}`);
}

function groupOf(groups: OpenApiOptions["groups"], prefix: string) {
  return groups.find(({ name }) => prefix === `apis/${name}`);
}
