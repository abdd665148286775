/** `/openapi/v2` and `/openapi/v3`. The documents are large and seldom asked for: they are made then, and kept while memory allows. */
import { createHash } from "node:crypto";
import { openApiV2, openApiV2Protobuf, openApiV3 } from "../../api/mod.ts";
import { jsonOf } from "../encode/json.ts";
import { version } from "../health/version.ts";
import type { ResourceTable } from "../registry/resource-table.ts";
import type { PathAnswer, PathRequest, PathRoutes } from "../request/path-routes.ts";
import { withTag } from "./discovery-routes.ts";
import { PublishedResources } from "./published-resources.ts";

const root = "/openapi/v3";
/** Asked for with an `@`, which is no letter of a media type; the answer names it with a dot, or Go's clients refuse to read it. */
const v2ProtobufAccepted = /^application\/com\.github\.proto-openapi\.spec\.v2[@.]v1\.0\+protobuf/;
const v2Protobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/** Documents of servers behind this one. */
export interface RemoteDocuments {
  readonly isEmpty: boolean;
  v3Index(): Promise<Readonly<Record<string, { readonly serverRelativeURL: string }>>>;
  v3Document(prefix: string): Promise<unknown>;
  /** `tag` differs where what is merged does. */
  v2(): Promise<{ readonly tag: string; merge(own: object): object }>;
}

export class OpenApiRoutes {
  readonly #published: PublishedResources;
  readonly #remote: RemoteDocuments | undefined;
  /** By path; each is of the state that its tag names. */
  readonly #known = new Map<string, { readonly tag: string; readonly body: WeakRef<Buffer> }>();

  constructor(table: ResourceTable, remote?: RemoteDocuments) {
    this.#published = new PublishedResources(table);
    this.#remote = remote;
  }

  addTo(paths: PathRoutes): void {
    paths.add("/openapi/v2", (request) => this.#answerV2(request));
    paths.add(root, (request) => this.#answerIndex(request));
    paths.addBelow(`${root}/`, (request) => this.#answerPrefix(request));
  }

  #answerV2(request: PathRequest): PathAnswer | Promise<PathAnswer> {
    const make = () => openApiV2(this.#published.v2());
    const remote = this.#remote;
    const binary = v2ProtobufAccepted.test(request.headers.accept ?? "");
    const type = binary ? v2Protobuf : "application/json";
    const encode = (document: object) => (binary ? openApiV2Protobuf(document as never) : jsonOf(document));
    const keep = (tag: string, document: () => object) =>
      this.#keep(binary ? "v2 protobuf" : "v2", `${this.#published.generation} ${tag}`, () => encode(document()));
    if (!remote || remote.isEmpty) return withTag(request, type, keep("", make));
    return remote.v2().then(({ tag, merge }) =>
      withTag(
        request,
        type,
        keep(tag, () => merge(make())),
      ),
    );
  }

  #answerIndex(request: PathRequest): PathAnswer | Promise<PathAnswer> {
    const remote = this.#remote;
    if (!remote || remote.isEmpty) {
      const body = this.#keep("v3", String(this.#published.generation), () => jsonOf(this.#index()));
      return withTag(request, "application/json", body);
    }
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
    const entries = this.#published.prefixes.map((prefix) => {
      return [prefix, { serverRelativeURL: `${root}/${prefix}?hash=${this.#hash(prefix)}` }];
    });
    return { paths: Object.fromEntries(entries) };
  }

  /** A document is a function of this program and of what is served: so is its hash, and no document need be made for the index. */
  #hash(prefix: string): string {
    const text = `${version.gitVersion} ${prefix} ${this.#published.tag(prefix)}`;
    return createHash("sha256").update(text).digest("hex").toUpperCase();
  }

  #answerPrefix(request: PathRequest): PathAnswer | undefined | Promise<PathAnswer | undefined> {
    const prefix = request.info.path.slice(root.length + 1);
    if (!this.#published.prefixes.includes(prefix)) return this.#answerRemote(request, prefix);
    const asked = request.info.query.get("hash");
    const hash = this.#hash(prefix);
    if (asked && asked !== hash) return moved(`${root}/${prefix}?hash=${hash}`);
    const make = () => jsonOf(openApiV3(prefix, this.#published.v3(prefix))!);
    const answer = withTag(request, "application/json", this.#keep(`v3/${prefix}`, hash, make));
    return asked ? { ...answer, headers: { ...answer.headers, "cache-control": "public, immutable" } } : answer;
  }

  #keep(path: string, tag: string, make: () => Buffer): Buffer {
    const known = this.#known.get(path);
    let body = known?.tag === tag ? known.body.deref() : undefined;
    if (!body) {
      body = make();
      this.#known.set(path, { tag, body: new WeakRef(body) });
    }
    return body;
  }
}

function moved(location: string): PathAnswer {
  return { status: 301, contentType: "text/plain; charset=utf-8", body: Buffer.alloc(0), headers: { location } };
}
