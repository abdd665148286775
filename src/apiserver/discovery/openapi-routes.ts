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

export class OpenApiRoutes {
  readonly #table: ResourceTable;
  readonly #known = new Map<string, WeakRef<Buffer>>();
  #generation = -1;
  #options: OpenApiOptions | undefined;

  constructor(table: ResourceTable) {
    this.#table = table;
  }

  addTo(paths: PathRoutes): void {
    paths.add("/openapi/v2", (request) => this.#answer(request, "v2", () => openApiV2(this.#current())));
    paths.add(root, (request) => this.#answer(request, "v3", () => this.#index()));
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

  #index(): object {
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

  #answerPrefix(request: PathRequest): PathAnswer | undefined {
    const prefix = request.info.path.slice(root.length + 1);
    const options = this.#current();
    if (!openApiV3Prefixes(options).includes(prefix)) return undefined;
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
