/** `/openapi/v2` and `/openapi/v3`. The documents are large and seldom asked for: they are made then, and kept while memory allows. */
import { createHash } from "node:crypto";
import { type OpenApiOptions, openApiV2, openApiV3, openApiV3Prefixes } from "../../api/mod.ts";
import { jsonOf } from "../encode/json.ts";
import { version } from "../health/version.ts";
import type { ResourceTable } from "../registry/resource-table.ts";
import type { PathAnswer, PathRequest, PathRoutes } from "../request/path-routes.ts";
import { descriptions } from "./descriptions.ts";
import { withTag } from "./discovery-routes.ts";
import { servedGroups } from "./served-groups.ts";

const root = "/openapi/v3";

/** Documents of servers behind this one. */
export interface RemoteDocuments {
  readonly isEmpty: boolean;
  v3Index(): Promise<Readonly<Record<string, { readonly serverRelativeURL: string }>>>;
  v3Document(prefix: string): Promise<unknown>;
  v2(own: object): Promise<object>;
}

export class OpenApiRoutes {
  readonly #table: ResourceTable;
  readonly #known = new Map<string, WeakRef<Buffer>>();
  #generation = -1;
  readonly #remote: RemoteDocuments | undefined;
  #options: OpenApiOptions | undefined;

  constructor(table: ResourceTable, remote?: RemoteDocuments) {
    this.#table = table;
    this.#remote = remote;
  }

  addTo(paths: PathRoutes): void {
    paths.add("/openapi/v2", (request) => this.#answerV2(request));
    paths.add(root, (request) => this.#answerIndex(request));
    paths.addBelow(`${root}/`, (request) => this.#answerPrefix(request));
  }

  #current(): OpenApiOptions {
    if (!this.#options || this.#generation !== this.#table.generation) {
      this.#generation = this.#table.generation;
      this.#known.clear();
      const groups = servedGroups(this.#table);
      const named = groups.filter(({ name }) => name !== "");
      this.#options = {
        resources: groups.flatMap(({ versions }) => versions.flatMap(({ resources }) => resources)),
        groups: named.map(({ name, versions }) => ({ name, versions: versions.map((one) => one.version) })),
        version: version.gitVersion,
        descriptions: descriptions(),
      };
    }
    return this.#options;
  }

  #answerV2(request: PathRequest): PathAnswer | Promise<PathAnswer> {
    const make = () => openApiV2(this.#current());
    const remote = this.#remote;
    if (!remote || remote.isEmpty) return this.#answer(request, "v2", make);
    return remote.v2(make()).then((merged) => withTag(request, "application/json", jsonOf(merged)));
  }

  #answerIndex(request: PathRequest): PathAnswer | Promise<PathAnswer> {
    const remote = this.#remote;
    if (!remote || remote.isEmpty) return this.#answer(request, "v3", () => this.#index());
    return remote.v3Index().then((more) => {
      const paths = Object.entries({ ...this.#index().paths, ...more }).toSorted(([a], [b]) => (a < b ? -1 : 1));
      return withTag(request, "application/json", jsonOf({ paths: Object.fromEntries(paths) }));
    });
  }

  async #answerRemote(request: PathRequest, prefix: string): Promise<PathAnswer | undefined> {
    const document = await this.#remote?.v3Document(prefix);
    return document === undefined ? undefined : withTag(request, "application/json", jsonOf(document as object));
  }

  #index(): { readonly paths: Readonly<Record<string, object>> } {
    const entries = openApiV3Prefixes(this.#current()).map((prefix) => {
      return [prefix, { serverRelativeURL: `${root}/${prefix}?hash=${this.#hash(prefix)}` }];
    });
    return { paths: Object.fromEntries(entries) };
  }

  /** A document is a function of this program and of what is served: so is its hash, and no document need be made for the index. */
  #hash(prefix: string): string {
    const { resources } = this.#current();
    const served = resources.map(({ apiVersion, resource }) => `${apiVersion}/${resource}`).join(" ");
    const text = `${version.gitVersion} ${prefix} ${served}`;
    return createHash("sha256").update(text).digest("hex").toUpperCase();
  }

  #answerPrefix(request: PathRequest): PathAnswer | undefined | Promise<PathAnswer | undefined> {
    const prefix = request.info.path.slice(root.length + 1);
    const options = this.#current();
    if (!openApiV3Prefixes(options).includes(prefix)) return this.#answerRemote(request, prefix);
    const asked = request.info.query.get("hash");
    const hash = this.#hash(prefix);
    if (asked && asked !== hash) return moved(`${root}/${prefix}?hash=${hash}`);
    const answer = this.#answer(request, `v3/${prefix}`, () => openApiV3(prefix, options)!);
    return asked ? { ...answer, headers: { ...answer.headers, "cache-control": "public, immutable" } } : answer;
  }

  #answer(request: PathRequest, key: string, make: () => object): PathAnswer {
    this.#current();
    let body = this.#known.get(key)?.deref();
    if (!body) {
      body = jsonOf(make());
      this.#known.set(key, new WeakRef(body));
    }
    return withTag(request, "application/json", body);
  }
}

function moved(location: string): PathAnswer {
  return { status: 301, contentType: "text/plain; charset=utf-8", body: Buffer.alloc(0), headers: { location } };
}
