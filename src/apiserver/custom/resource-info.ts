/** One version of a definition as a resource of the API. */
import {
  autoscalingv1,
  type Kind,
  type KubernetesObject,
  type ResourceInfo,
  type SubresourceInfo,
} from "../../api/mod.ts";
import type { Definition, DefinitionVersion } from "./definition.ts";

export type CustomResourceInfo = ResourceInfo<KubernetesObject>;

const verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
/** What is said of a definition that is going: nothing new comes in. */
export const lastVerbs: readonly string[] = ["delete", "deletecollection", "get", "list", "watch"];
const partVerbs = ["get", "patch", "update"];

/** Under the names that were accepted, whatever the definition wishes for. */
export function customResourceInfo(definition: Definition, version: DefinitionVersion): CustomResourceInfo {
  const { group, scope } = definition.spec;
  const names = definition.status?.acceptedNames ?? definition.spec.names;
  const { kind } = names;
  return {
    group,
    version: version.name,
    apiVersion: `${group}/${version.name}`,
    resource: names.plural,
    singular: names.singular ?? kind.toLowerCase(),
    kind,
    listKind: names.listKind ?? `${kind}List`,
    namespaced: scope === "Namespaced",
    verbs,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    schema: undefined,
    listSchema: undefined,
    subresources: subresourcesOf({ group, version: version.name, kind }, version),
  };
}

function subresourcesOf(
  own: { readonly group: string; readonly version: string; readonly kind: string },
  { subresources }: DefinitionVersion,
): SubresourceInfo[] {
  const found: SubresourceInfo[] = [];
  if (subresources?.status) found.push({ name: "status", ...own, verbs: partVerbs });
  const scale = autoscalingv1.scale as Kind;
  if (subresources?.scale) found.push({ name: "scale", ...scale.gvk, verbs: partVerbs, schema: scale });
  return found;
}
