/** How servers describe what they serve: the aggregated document of newer ones, or the list of one version of older ones made into it. */
import type { metav1 } from "../../api/mod.ts";

/** An entry of an aggregated document. */
interface AggregatedResource {
  readonly resource: string;
  readonly responseKind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly scope: "Namespaced" | "Cluster";
  readonly singularResource?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  subresources?: object[];
}

interface AggregatedDocument {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly { readonly version?: string; readonly resources?: readonly object[] }[];
  }[];
}

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** The version's entries; none where the document does not have it. */
export function entriesOf(document: unknown, { group, version }: GroupVersion): readonly object[] {
  const items = (document as AggregatedDocument).items ?? [];
  const found = items.find(({ metadata }) => metadata?.name === group);
  return found?.versions?.find((one) => one.version === version)?.resources ?? [];
}

/** Of the plain list of one version, whose subresources stand beside their resources. */
export function entriesOfList({ resources = [] }: Partial<metav1.APIResourceList>, of: GroupVersion): object[] {
  const entries = new Map<string, AggregatedResource>();
  for (const resource of resources) {
    if (!resource.name.includes("/")) entries.set(resource.name, entryOf(resource, of));
  }
  for (const resource of resources) {
    const [parent, subresource] = resource.name.split("/");
    const entry = subresource === undefined ? undefined : entries.get(parent!);
    if (!entry) continue;
    entry.subresources ??= [];
    entry.subresources.push({ subresource, responseKind: kindOf(resource, of), verbs: resource.verbs });
  }
  return [...entries.values()];
}

type Resource = metav1.APIResource;

function entryOf(resource: Resource, of: GroupVersion): AggregatedResource {
  const { name, namespaced, singularName, verbs, shortNames, categories } = resource;
  return {
    resource: name,
    responseKind: kindOf(resource, of),
    scope: namespaced ? "Namespaced" : "Cluster",
    ...(singularName && { singularResource: singularName }),
    verbs,
    ...(shortNames?.length && { shortNames }),
    ...(categories?.length && { categories }),
  };
}

function kindOf({ group, version, kind }: Resource, of: GroupVersion) {
  return { group: group || of.group, version: version || of.version, kind };
}
