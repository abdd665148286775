/** What the server says that it serves: the plain documents of `/api` and `/apis`, and the aggregated ones of apidiscovery.k8s.io/v2. */
import { createHash } from "node:crypto";
import type { APIGroup, APIGroupList, APIResource, APIResourceList, APIVersions } from "../meta/v1/discovery.ts";
import type { ResourceInfo, SubresourceInfo } from "../resource.ts";
import type { GroupVersionKind } from "../schema/types.ts";
import { apiVersionOf } from "../schema/walk.ts";

/** A named group with its versions, best first. */
export interface ServedGroup {
  readonly name: string;
  readonly versions: readonly string[];
}

/** `/api`; the address is `host:port`. */
export function apiVersionsDocument(serverAddress: string): APIVersions {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress }],
  } as APIVersions;
}

/** `/apis`. */
export function apiGroupListDocument(groups: readonly ServedGroup[]): APIGroupList {
  return { kind: "APIGroupList", apiVersion: "v1", groups: groups.map(groupEntry) as APIGroup[] };
}

/** `/apis/{group}`. */
export function apiGroupDocument(group: ServedGroup): APIGroup {
  return { kind: "APIGroup", apiVersion: "v1", ...groupEntry(group) };
}

function groupEntry({ name, versions }: ServedGroup): Omit<APIGroup, "kind" | "apiVersion"> {
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  const [preferredVersion] = entries;
  return { name, versions: entries, ...(preferredVersion && { preferredVersion }) };
}

/** `/api/v1` and `/apis/{group}/{version}`. */
export function apiResourceListDocument(groupVersion: string, resources: readonly ResourceInfo[]): APIResourceList {
  const document = {
    kind: "APIResourceList",
    // The core group's document is older than apiVersions of documents.
    ...(groupVersion !== "v1" && { apiVersion: "v1" }),
    groupVersion,
    resources: resources.flatMap((info) => [
      resourceEntry(info),
      ...sorted(info).map((sub) => subresourceEntry(info, sub)),
    ]),
  };
  return document as APIResourceList;
}

/** By name; of custom resources as they come. */
function sorted({ subresources, schema }: ResourceInfo): readonly SubresourceInfo[] {
  if (!schema) return subresources;
  return subresources.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function resourceEntry(info: ResourceInfo): APIResource {
  const { resource, singular, namespaced, kind, verbs, shortNames, categories } = info;
  return {
    name: resource,
    singularName: singular,
    namespaced,
    kind,
    verbs: [...verbs],
    ...(shortNames.length > 0 && { shortNames: [...shortNames] }),
    ...(categories.length > 0 && { categories: [...categories] }),
    ...(verbs.includes("list") && verbs.includes("create") && { storageVersionHash: storageVersionHash(info) }),
  };
}

function subresourceEntry(info: ResourceInfo, sub: SubresourceInfo): APIResource {
  const isOther = sub.group !== info.group || sub.version !== info.version;
  return {
    name: `${info.resource}/${sub.name}`,
    singularName: "",
    namespaced: info.namespaced,
    ...(isOther && { group: sub.group, version: sub.version }),
    kind: sub.kind,
    verbs: [...sub.verbs],
  };
}

/** Tells clients when objects are stored in another version than before. */
export function storageVersionHash({ group, version, kind }: GroupVersionKind): string {
  return createHash("sha256").update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString("base64");
}

/** A version of a group in an aggregated document. `Stale` where its server cannot be asked. */
export interface ServedVersion {
  readonly version: string;
  readonly resources: readonly ResourceInfo[];
  readonly freshness?: "Current" | "Stale";
}

export interface AggregatedGroup {
  /** `""` for the core group. */
  readonly name: string;
  readonly versions: readonly ServedVersion[];
}

/** `/api` and `/apis` for clients that accept `g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`. */
export function aggregatedDiscoveryDocument(groups: readonly AggregatedGroup[]): object {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: name === "" ? {} : { name },
      versions: versions.map(({ version, resources, freshness = "Current" }) => ({
        version,
        resources: resources.map(aggregatedResource),
        freshness,
      })),
    })),
  };
}

function aggregatedResource(info: ResourceInfo): object {
  const { resource, singular, namespaced, kind, verbs, shortNames, categories, subresources } = info;
  return {
    resource,
    responseKind: responseKind(info, { ...info, kind }),
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && {
      subresources: sorted(info).map((sub) => ({
        subresource: sub.name,
        responseKind: responseKind(info, sub),
        verbs: sub.verbs,
      })),
    }),
  };
}

/** Group and version stand only where they are not the resource's own. */
function responseKind(info: ResourceInfo, { group, version, kind }: GroupVersionKind): GroupVersionKind {
  return apiVersionOf(info) === apiVersionOf({ group, version })
    ? { group: "", version: "", kind }
    : { group, version, kind };
}
