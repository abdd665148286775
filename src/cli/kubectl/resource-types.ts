/** What the words `po`, `deploy/web`, `deployments.apps` mean on this server, learned from its discovery. */
import type { metav1 } from "../../api/mod.ts";
import { UsageError } from "../failure.ts";
import type { Session } from "./session.ts";

export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
}

interface DiscoveryResource {
  readonly resource: string;
  readonly responseKind: { readonly kind: string };
  readonly scope: string;
  readonly singularResource: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

interface DiscoveryList {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly { readonly version: string; readonly resources?: readonly DiscoveryResource[] }[];
  }[];
}

const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

function toType(group: string, version: string, found: DiscoveryResource): ResourceType {
  return {
    group,
    version,
    apiVersion: group ? `${group}/${version}` : version,
    resource: found.resource,
    singular: found.singularResource,
    kind: found.responseKind.kind,
    namespaced: found.scope === "Namespaced",
    verbs: found.verbs,
    shortNames: found.shortNames ?? [],
    categories: found.categories ?? [],
  };
}

/** Every resource of every version, the preferred ones first. */
export async function discover(session: Session): Promise<readonly ResourceType[]> {
  const lists = await Promise.all(
    ["/api", "/apis"].map((path) => session.transport.request({ method: "GET", path, accept: aggregated })),
  );
  return (lists as DiscoveryList[]).flatMap(({ items }) =>
    items.flatMap(({ metadata, versions }) =>
      versions.flatMap(({ version, resources }) =>
        (resources ?? []).map((found) => toType(metadata.name ?? "", version, found)),
      ),
    ),
  );
}

/** Of a resource that several versions have, the preferred one, which comes first. */
export const preferredTypes = (types: readonly ResourceType[]): ResourceType[] =>
  types.filter(
    (type) => types.find(({ group, resource }) => group === type.group && resource === type.resource) === type,
  );

const matches = (type: ResourceType, word: string): boolean =>
  type.resource === word ||
  type.singular === word ||
  type.shortNames.includes(word) ||
  type.kind.toLowerCase() === word;

/** Types that one word names: a resource in any of its names, with its group where that is given, or a category. */
export function findTypes(types: readonly ResourceType[], word: string): readonly ResourceType[] {
  const [name, ...rest] = word.toLowerCase().split(".");
  const group = rest.join(".");
  const inGroup = (type: ResourceType) =>
    group === "" || type.group === group || `${type.version}.${type.group}` === group;
  const one = types.find((type) => matches(type, name!) && inGroup(type));
  if (one) return [one];
  const category = preferredTypes(types).filter((type) => group === "" && type.categories.includes(name!));
  if (category.length > 0) return category;
  throw new UsageError(`the server doesn't have a resource type "${word}"`);
}

export function typeOfObject(types: readonly ResourceType[], object: AnyObject, source: string): ResourceType {
  const found = types.find((type) => type.apiVersion === object.apiVersion && type.kind === object.kind);
  if (found) return found;
  const { name = "", namespace = "" } = object.metadata ?? {};
  throw new UsageError(
    `resource mapping not found for name: "${name}" namespace: "${namespace}" from "${source}": no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`,
  );
}

export interface Target {
  readonly type: ResourceType;
  /** Absent: all of them. */
  readonly name?: string;
}

/** Targets of `TYPE[,TYPE] [NAME…]` or `TYPE/NAME …`. */
export function parseTargets(types: readonly ResourceType[], words: readonly string[]): readonly Target[] {
  if (words.length === 0)
    throw new UsageError(
      'You must specify the type of resource. Use "kubets api-resources" for a complete list of supported resources',
    );
  if (words.some((word) => word.includes("/"))) return words.map((word) => parseSlashed(types, word));
  const [first, ...names] = words;
  const found = first!.split(",").flatMap((word) => findTypes(types, word));
  return names.length === 0
    ? found.map((type) => ({ type }))
    : found.flatMap((type) => names.map((name) => ({ type, name })));
}

function parseSlashed(types: readonly ResourceType[], word: string): Target {
  const [typeWord, name, ...rest] = word.split("/");
  if (!typeWord || !name || rest.length > 0)
    throw new UsageError(`arguments in resource/name form must have a single resource and name`);
  return { type: findTypes(types, typeWord)[0]!, name };
}

/** `pod/web`, `deployment.apps/web`: how kubectl names an object. */
export const displayName = (type: ResourceType, name: string): string =>
  `${type.singular || type.kind.toLowerCase()}${type.group ? `.${type.group}` : ""}/${name}`;

export type AnyObject = { apiVersion?: string; kind?: string; metadata: Partial<metav1.ObjectMeta> } & Record<
  string,
  unknown
>;

/** An object as it is printed: who manages which field is for machines. */
export function withoutManagedFields({ apiVersion, kind, metadata, ...rest }: AnyObject): AnyObject {
  const { managedFields: _hidden, ...shown } = metadata;
  return { apiVersion, kind, ...rest, metadata: shown } as AnyObject;
}
