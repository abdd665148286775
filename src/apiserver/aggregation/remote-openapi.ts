/** OpenAPI of the servers behind this one: their own documents of v3 as they are, and their part of v2 merged into this server's. */
import { createHash } from "node:crypto";
import type { User } from "../../auth/mod.ts";
import { fetchJson } from "./fetch-json.ts";
import { mergeDocuments, type OpenApiV2Document } from "./merge-openapi.ts";
import { isAvailable, type RegisteredServices, type RemoteVersion } from "./registered-services.ts";

const openApiUser: User = { name: "system:aggregator", groups: [] };
const accept = "application/json";
/** Documents are asked for anew after this long. */
const keptMs = 60_000;

interface Kept {
  readonly at: number;
  /** Differs where the documents do. */
  readonly tag: string;
  readonly documents: readonly (readonly [prefix: string, document: OpenApiV2Document])[];
}

interface IndexEntry {
  readonly serverRelativeURL: string;
}

export class RemoteOpenApi {
  readonly #registered: RegisteredServices;
  readonly #signal: AbortSignal;
  readonly #now: () => number;
  #kept: Kept | undefined;

  constructor(registered: RegisteredServices, { signal, now }: { signal: AbortSignal; now: () => number }) {
    this.#registered = registered;
    this.#signal = signal;
    this.#now = now;
  }

  /** Whether there is anything beside this server's own. */
  get isEmpty(): boolean {
    return this.#available().length === 0;
  }

  /** Entries for the index of v3, by prefix. */
  async v3Index(): Promise<Record<string, IndexEntry>> {
    const found = await Promise.all(this.#available().map((remote) => this.#indexEntry(remote)));
    return Object.fromEntries(found.flat());
  }

  /** The document of `apis/GROUP/VERSION` or nothing where no other server has it. */
  async v3Document(prefix: string): Promise<unknown> {
    const [root, group = "", version = ""] = prefix.split("/");
    const remote = root === "apis" ? this.#registered.find(group, version) : undefined;
    if (!remote || !isAvailable(remote.service)) return undefined;
    return (await this.#fetch(remote, `/openapi/v3/${prefix}`).catch(() => undefined))?.body;
  }

  /** What adds the paths of the others, and what they need, to this server's document. */
  async v2(): Promise<{ readonly tag: string; merge(own: OpenApiV2Document): OpenApiV2Document }> {
    const now = this.#now();
    if (!this.#kept || now - this.#kept.at > keptMs) {
      const found = await Promise.all(this.#available().map((remote) => this.#v2Document(remote)));
      const documents = found.flat();
      const tag = createHash("sha256").update(JSON.stringify(documents)).digest("hex");
      this.#kept = { at: now, tag, documents };
    }
    const { tag, documents } = this.#kept;
    const merge = (own: OpenApiV2Document) =>
      documents.reduce((merged, [prefix, document]) => mergeDocuments(merged, document, prefix), own);
    return { tag, merge };
  }

  #available(): RemoteVersion[] {
    return this.#registered.remotes().filter(({ service }) => isAvailable(service));
  }

  #fetch({ server }: RemoteVersion, target: string) {
    return fetchJson(server, target, { user: openApiUser, accept, signal: this.#signal });
  }

  async #indexEntry(remote: RemoteVersion): Promise<[string, IndexEntry][]> {
    const prefix = prefixOf(remote);
    try {
      const { body } = await this.#fetch(remote, "/openapi/v3");
      const entry = (body as { paths?: Record<string, IndexEntry> }).paths?.[prefix];
      return entry ? [[prefix, entry]] : [];
    } catch {
      return [];
    }
  }

  async #v2Document(remote: RemoteVersion): Promise<[string, OpenApiV2Document][]> {
    try {
      const { body } = await this.#fetch(remote, "/openapi/v2");
      return [[`/${prefixOf(remote)}`, body as OpenApiV2Document]];
    } catch {
      return [];
    }
  }
}

function prefixOf({ service }: RemoteVersion): string {
  return `apis/${service.spec.group}/${service.spec.version}`;
}
