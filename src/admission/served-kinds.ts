/** Where objects of a kind are found: of kinds that the server declares itself, and of custom ones. */
import { type apiextensionsv1, builtInResources, type ResourceCatalogue, resources } from "../api/mod.ts";
import type { InformerFactory, Lister } from "../client/mod.ts";

export interface ServedKind {
  /** Empty: the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

type Definition = apiextensionsv1.CustomResourceDefinition;

export class ServedKinds {
  readonly #known: ResourceCatalogue;
  readonly #definitions: Lister<Definition>;

  /** `known`: what the server declares itself. */
  constructor(informers: InformerFactory, known: ResourceCatalogue = builtInResources) {
    this.#known = known;
    this.#definitions = informers.informer(resources.customresourcedefinitions).lister;
  }

  /** `find("apps/v1", "Deployment")`. */
  find(apiVersion: string, kind: string): ServedKind | undefined {
    const [group, version] = apiVersion.includes("/") ? (apiVersion.split("/") as [string, string]) : ["", apiVersion];
    const known = this.#known.ofKind(apiVersion, kind);
    if (known) return { group, version, plural: known.resource, namespaced: known.namespaced };
    const definition = this.#definitions
      .list()
      .find(({ spec }) => spec.group === group && spec.names.kind === kind && isServed(spec, version));
    if (!definition) return undefined;
    const { names, scope } = definition.spec;
    return { group, version, plural: names.plural, namespaced: scope === "Namespaced" };
  }
}

function isServed(spec: Definition["spec"], version: string): boolean {
  return spec.versions.some((one) => one.served && one.name === version);
}
