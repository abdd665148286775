/**
 * Who may use the node API beside the API server: whoever shows a token that the cluster knows, or a certificate of its authority, and may do
 * the like with the node's subresources. The API server is asked both, as by a kubelet with `--authorization-mode=Webhook`.
 */
import { createHash } from "node:crypto";
import { resources } from "../../api/mod.ts";
import type { Client, Clock } from "../../client/mod.ts";
import { Refusal } from "./answers.ts";

export interface Caller {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface AccessReviewsOptions {
  readonly nodeName: string;
  readonly client: Client;
  readonly clock: Pick<Clock, "monotonic">;
}

/** What is allowed stays so for this long; what is refused is asked anew. */
const keptMs = 60_000;
const mostKept = 256;

const verbs: Readonly<Record<string, string>> = {
  GET: "get",
  HEAD: "get",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** Paths that are a subresource of their own, and whether who may `proxy` may have them too. */
const subresources: readonly (readonly [first: string, names: readonly string[]])[] = [
  ["stats", ["stats"]],
  ["metrics", ["metrics"]],
  ["logs", ["log"]],
  ["healthz", ["healthz", "proxy"]],
  ["configz", ["configz", "proxy"]],
  ["pods", ["pods", "proxy"]],
  ["runningpods", ["pods", "proxy"]],
];

export function subresourcesOf(path: string): readonly string[] {
  const [, first = ""] = path.split("/");
  return subresources.find(([name]) => name === first)?.[1] ?? ["proxy"];
}

export class AccessReviews {
  readonly #options: AccessReviewsOptions;
  /** By what was asked, until when it is allowed: milliseconds since the epoch. */
  readonly #allowed = new Map<string, number>();

  constructor(options: AccessReviewsOptions) {
    this.#options = options;
  }

  /** `who`: a bearer token, or who a certificate says. Rejects with a `Refusal` of 401 or 403. */
  async admit(who: string | Caller, method: string, path: string): Promise<void> {
    const verb = verbs[method] ?? "";
    const wanted = subresourcesOf(path);
    const key = createHash("sha256")
      .update(JSON.stringify([who, verb, wanted]))
      .digest("base64");
    if ((this.#allowed.get(key) ?? 0) > this.#options.clock.monotonic()) return;
    const caller = typeof who === "string" ? await this.#callerOf(who) : who;
    if (!caller) throw new Refusal(401, "Unauthorized");
    for (const subresource of wanted) if (await this.#may(caller, verb, subresource)) return this.#keep(key);
    const what = `user=${caller.name}, verb=${verb}, resource=nodes, subresource(s)=[${wanted.join(" ")}]`;
    throw new Refusal(403, `Forbidden (${what})`);
  }

  #keep(key: string): void {
    if (this.#allowed.size >= mostKept) this.#allowed.clear();
    this.#allowed.set(key, this.#options.clock.monotonic() + keptMs);
  }

  async #callerOf(token: string): Promise<Caller | undefined> {
    const { status } = await this.#options.client.resource(resources.tokenreviews).create({ spec: { token } });
    const { username = "", uid, groups = [], extra } = status?.user ?? {};
    if (!status?.authenticated) return undefined;
    return { name: username, ...(uid && { uid }), groups, ...(extra && { extra }) };
  }

  async #may({ name, uid, groups, extra }: Caller, verb: string, subresource: string): Promise<boolean> {
    const { client, nodeName } = this.#options;
    const resourceAttributes = { verb, version: "v1", resource: "nodes", subresource, name: nodeName };
    const copied = Object.entries(extra ?? {}).map(([key, values]) => [key, [...values]]);
    const spec = {
      resourceAttributes,
      user: name,
      groups: [...groups],
      ...(uid && { uid }),
      ...(extra && { extra: Object.fromEntries(copied) }),
    };
    const { status } = await client.resource(resources.subjectaccessreviews).create({ spec });
    return status?.allowed ?? false;
  }
}
