/** The objects that parameterize a policy, as one of its bindings names them. */
import {
  type admissionregistrationv1,
  isNotFound,
  type KubernetesObject,
  labelSelectorAsSelector,
} from "../../api/mod.ts";
import { EvaluationError } from "../../cel/mod.ts";
import type { Client } from "../../client/mod.ts";
import type { ServedKind, ServedKinds } from "../served-kinds.ts";

type ParamKind = admissionregistrationv1.ParamKind;
type ParamRef = admissionregistrationv1.ParamRef;

/** Reads through the API, which answers from memory: what was stored before the request is seen by it. */
export class ParamReader {
  readonly #client: Client;
  readonly #kinds: ServedKinds;

  constructor(client: Client, kinds: ServedKinds) {
    this.#client = client;
    this.#kinds = kinds;
  }

  /** Throws `EvaluationError` where nothing of that kind is served. */
  requireKind(kind: ParamKind | undefined): void {
    if (!kind || this.#resource(kind)) return;
    throw new EvaluationError(
      `failed to find resource referenced by paramKind: '${kind.apiVersion}, Kind=${kind.kind}'`,
    );
  }

  /**
   * One set of parameters for each evaluation; `undefined` in it stands for a policy without any. Rejects with `EvaluationError` where there
   * must be some and are none.
   */
  async read(
    kind: ParamKind | undefined,
    reference: ParamRef | undefined,
    requestNamespace: string | undefined,
  ): Promise<readonly (KubernetesObject | undefined)[]> {
    if (!kind || !reference) return [undefined];
    this.requireKind(kind);
    const path = pathOf(this.#resource(kind)!, reference, requestNamespace);
    const found = reference.name ? await this.#one(`${path}/${reference.name}`) : await this.#some(path, reference);
    if (found.length > 0) return found;
    if (reference.parameterNotFoundAction === "Allow") return [];
    throw new EvaluationError("no params found for policy binding with `Deny` parameterNotFoundAction");
  }

  #resource({ apiVersion = "", kind = "" }: ParamKind): ServedKind | undefined {
    return this.#kinds.find(apiVersion, kind);
  }

  async #one(path: string): Promise<readonly KubernetesObject[]> {
    try {
      return [(await this.#client.transport.request({ method: "GET", path })) as KubernetesObject];
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }

  async #some(path: string, { selector }: ParamRef): Promise<readonly KubernetesObject[]> {
    const list = await this.#client.transport.request({ method: "GET", path });
    const { items } = list as { readonly items: readonly KubernetesObject[] };
    const selected = labelSelectorAsSelector(selector);
    return items.filter(({ metadata }) => selected.matches(metadata.labels ?? {}));
  }
}

/** Parameters that live in namespaces are looked for in that of the request, where the binding names none. */
function pathOf(kind: ServedKind, reference: ParamRef, requestNamespace = ""): string {
  const { group, version, plural, namespaced } = kind;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  if (!namespaced) {
    if (reference.namespace)
      throw new EvaluationError("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
    return `${root}/${plural}`;
  }
  const namespace = reference.namespace || requestNamespace;
  if (!namespace)
    throw new EvaluationError("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
  return `${root}/namespaces/${namespace}/${plural}`;
}
