/** What a resource is: the plural name in a path, the kind behind it, and what can be done with it. */
import type { ListOf } from "./meta/v1/list-kind.ts";
import type { KubernetesObject } from "./object.ts";
import type { Kind } from "./schema/types.ts";
import { apiVersionOf } from "./schema/walk.ts";

export interface SubresourceInfo {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  /** Of the body; absent where the subresource takes options in its query only (`exec`, `proxy`). */
  readonly schema?: Kind;
}

export interface ResourceInfo<T = unknown> {
  readonly group: string;
  readonly version: string;
  /** `v1` or `group/v1`. */
  readonly apiVersion: string;
  /** The plural, as in a path: `pods`. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Absent for custom resources. */
  readonly schema: Kind<T> | undefined;
  /** Absent where the resource cannot be listed. */
  readonly listSchema: Kind<ListOf<T>> | undefined;
  readonly subresources: readonly SubresourceInfo[];
}

export const allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"] as const;

interface ResourceOptions<T> {
  /** Absent: cannot be listed. */
  readonly list?: Kind<ListOf<T>>;
  readonly clusterWide?: boolean;
  /** Default: all eight. */
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly SubresourceInfo[];
  /** Adds the `status` subresource, which has the kind's own shape. */
  readonly status?: boolean;
}

/** One row of the resource table. */
export function resource<T extends KubernetesObject>(
  schema: Kind<T>,
  plural: string,
  options: ResourceOptions<T>,
): ResourceInfo<T> {
  const { group, version, kind } = schema.gvk;
  const status = options.status ? [ownSubresource(schema, "status")] : [];
  return {
    group,
    version,
    apiVersion: apiVersionOf(schema.gvk),
    resource: plural,
    singular: kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    namespaced: !options.clusterWide,
    verbs: options.verbs ?? allVerbs,
    shortNames: options.shortNames ?? [],
    categories: options.categories ?? [],
    schema,
    listSchema: options.list,
    subresources: [...(options.subresources ?? []), ...status],
  };
}

/** A part of the object that is read and written by itself, in the shape of the whole. */
export function ownSubresource(schema: Kind, name: string, verbs = ["get", "patch", "update"]): SubresourceInfo {
  return { name, ...schema.gvk, verbs, schema };
}

/** A subresource with a query instead of a body. */
export function connection(name: string, kind: string, verbs: readonly string[]): SubresourceInfo {
  return { name, group: "", version: "v1", kind, verbs };
}
