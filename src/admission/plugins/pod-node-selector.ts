/** The pods of a namespace run on the nodes that the namespace is given, by an annotation or by the cluster's configuration. Off by default. */
import { type corev1, resources } from "../../api/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden, notFound } from "../refusal.ts";
import { concerns, find, incoming } from "../request.ts";

type Labels = Readonly<Record<string, string>>;

/** Selectors as text: `zone=a,disk=fast`. */
export interface PodNodeSelectorOptions {
  /** Of namespaces without the annotation. */
  readonly clusterDefaultNodeSelector?: string;
  /** What the pods of a namespace may select at most. */
  readonly namespaces?: Readonly<Record<string, string>>;
}

const annotation = "scheduler.alpha.kubernetes.io/node-selector";

function parse(attributes: AdmissionAttributes, text: string): Labels {
  const pairs = text
    .split(",")
    .map((pair) => pair.trim())
    .filter(Boolean)
    .map((pair) => pair.split(/==?/).map((part) => part.trim()));
  if (pairs.every((pair) => pair.length === 2 && pair[0])) return Object.fromEntries(pairs) as Labels;
  throw forbidden(attributes, `invalid selector: ${JSON.stringify(text)}`);
}

function conflicts(one: Labels, other: Labels): boolean {
  return Object.entries(one).some(([key, value]) => other[key] !== undefined && other[key] !== value);
}

function isPartOf(labels: Labels, whole: Labels): boolean {
  return Object.entries(labels).every(([key, value]) => whole[key] === value);
}

export class PodNodeSelector implements AdmissionPlugin {
  readonly name = "PodNodeSelector";
  readonly handlesByKind = true;
  readonly #context: AdmissionContext;
  readonly #options: PodNodeSelectorOptions;
  readonly #namespaces: Lister<corev1.Namespace>;

  constructor(context: AdmissionContext, options: PodNodeSelectorOptions = {}) {
    this.#context = context;
    this.#options = options;
    this.#namespaces = context.informers.informer(resources.namespaces).lister;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === "CREATE" && concerns(attributes, resources.pods);
  }

  async admit(attributes: AdmissionAttributes): Promise<void> {
    const { spec } = incoming<corev1.Pod>(attributes);
    const selector = await this.#selectorOf(attributes);
    const own = spec.nodeSelector ?? {};
    if (conflicts(selector, own))
      throw forbidden(attributes, "pod node label selector conflicts with its namespace node label selector");
    if (Object.keys(selector).length > 0) spec.nodeSelector = { ...selector, ...own };
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const { spec } = incoming<corev1.Pod>(attributes);
    const own = spec.nodeSelector ?? {};
    if (conflicts(await this.#selectorOf(attributes), own))
      throw forbidden(attributes, "pod node label selector conflicts with its namespace node label selector");
    const allowed = this.#options.namespaces?.[attributes.namespace ?? ""];
    if (!allowed || isPartOf(own, parse(attributes, allowed))) return;
    throw forbidden(attributes, "pod node label selector labels conflict with its namespace whitelist");
  }

  async #selectorOf(attributes: AdmissionAttributes): Promise<Labels> {
    const name = attributes.namespace ?? "";
    const from = { lister: this.#namespaces, client: this.#context.client, resource: resources.namespaces };
    const namespace = await find(from, name);
    if (!namespace) throw notFound("namespaces", name);
    const text = namespace.metadata.annotations?.[annotation] ?? this.#options.clusterDefaultNodeSelector ?? "";
    return parse(attributes, text);
  }
}
