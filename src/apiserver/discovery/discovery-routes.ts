/** `/api`, `/apis` and the paths below them that say what is served, plain and aggregated. */
import { createHash } from "node:crypto";
import {
  aggregatedDiscoveryDocument,
  apiGroupDocument,
  apiGroupListDocument,
  apiResourceListDocument,
  apiVersionsDocument,
  stringifyYaml,
} from "../../api/mod.ts";
import { contentType, type Representation } from "../encode/accept.ts";
import { jsonOf } from "../encode/json.ts";
import { noSuchResource } from "../errors.ts";
import type { ResourceTable } from "../registry/resource-table.ts";
import type { PathAnswer, PathRequest, PathRoutes } from "../request/path-routes.ts";
import { discoveryForm } from "./discovery-accept.ts";
import { type MergedGroup, mergedGroups, type RemoteCatalogue } from "./merged-groups.ts";
import { servedGroups } from "./served-groups.ts";

export class DiscoveryRoutes {
  readonly #table: ResourceTable;
  readonly #serverAddress: () => string;
  /** Documents of the table's present generation, by path and form. */
  readonly #known = new Map<string, Buffer>();
  readonly #remote: RemoteCatalogue | undefined;
  #generation = "";
  #groups: readonly MergedGroup[] = [];

  /** `serverAddress` answers `host:port`; `remote` tells of servers behind this one. */
  constructor(table: ResourceTable, serverAddress: () => string, remote?: RemoteCatalogue) {
    this.#table = table;
    this.#remote = remote;
    this.#serverAddress = serverAddress;
  }

  addTo(paths: PathRoutes): void {
    paths.add("/api", (request) => this.#answerList(request, false));
    paths.add("/apis", (request) => this.#answerList(request, true));
    paths.addBelow("/api/", (request) => this.#answerVersion(request));
    paths.addBelow("/apis/", (request) => this.#answerVersion(request));
  }

  /** Paths that `/` lists. */
  paths(): string[] {
    return this.#current().flatMap(({ name, versions }) => {
      const root = name === "" ? "/api" : `/apis/${name}`;
      return [root, ...versions.map(({ version }) => `${root}/${version}`)];
    });
  }

  #current(): readonly MergedGroup[] {
    const generation = `${this.#table.generation} ${this.#remote?.generation ?? 0}`;
    if (this.#generation !== generation) {
      this.#generation = generation;
      this.#groups = mergedGroups(servedGroups(this.#table), this.#remote);
      this.#known.clear();
    }
    return this.#groups;
  }

  #answerList(request: PathRequest, named: boolean): PathAnswer {
    const representation = discoveryForm(request.headers.accept, named ? "root" : "version", true);
    const groups = this.#current().filter(({ name }) => (name !== "") === named);
    const { as, asVersion } = representation;
    const make = () => {
      if (as) return { ...aggregatedGroups(groups), apiVersion: `apidiscovery.k8s.io/${asVersion}` };
      return named ? apiGroupListDocument(groups.map(plainGroup)) : apiVersionsDocument(this.#serverAddress());
    };
    return this.#answer(request, representation, make);
  }

  #answerVersion(request: PathRequest): PathAnswer | undefined {
    const [, root, ...parts] = request.info.path.replace(/\/$/, "").split("/");
    const [name, version] = root === "api" ? ["", parts[0]] : parts;
    const group = this.#current().find((one) => one.name === name);
    if (!group || parts.length > (root === "api" ? 1 : 2)) return undefined;
    const form = discoveryForm(request.headers.accept, version === undefined ? "root" : "version", false);
    if (version === undefined) return this.#answer(request, form, () => apiGroupDocument(plainGroup(group)));
    const served = group.versions.find((one) => one.version === version);
    if (!served && this.#table.isCustom(group.name)) return undefined;
    if (!served) throw noSuchResource();
    const groupVersion = group.name === "" ? version : `${group.name}/${version}`;
    return this.#answer(request, form, () => apiResourceListDocument(groupVersion, served.resources));
  }

  #answer(request: PathRequest, representation: Representation, make: () => object): PathAnswer {
    const key = `${request.info.path} ${representation.format} ${representation.as ?? ""} ${representation.asVersion ?? ""}`;
    let body = this.#known.get(key);
    if (!body) {
      body = representation.format === "yaml" ? Buffer.from(stringifyYaml(make())) : jsonOf(make());
      this.#known.set(key, body);
    }
    const type = contentType(representation);
    return representation.as ? withTag(request, type, body) : { status: 200, contentType: type, body };
  }
}

/** Versions of other servers in their own words. */
function aggregatedGroups(groups: readonly MergedGroup[]): object {
  const document = aggregatedDiscoveryDocument(groups) as { items: { versions: object[] }[] };
  groups.forEach(({ versions }, at) => {
    versions.forEach(({ version, remote }, place) => {
      if (!remote) return;
      const { resources, stale } = remote;
      const entry = { version, ...(resources.length > 0 && { resources }), freshness: stale ? "Stale" : "Current" };
      document.items[at]!.versions[place] = entry;
    });
  });
  return document;
}

function plainGroup({ name, versions }: MergedGroup) {
  return { name, versions: versions.map(({ version }) => version) };
}

/** Clients keep the document and ask whether it has changed. */
export function withTag({ headers }: PathRequest, type: string, body: Buffer): PathAnswer {
  const etag = `"${createHash("sha256").update(body).digest("hex").toUpperCase()}"`;
  const more = { etag, vary: "Accept", "cache-control": "public" };
  if (headers["if-none-match"] === etag)
    return { status: 304, contentType: type, body: Buffer.alloc(0), headers: more };
  return { status: 200, contentType: type, body, headers: more };
}
