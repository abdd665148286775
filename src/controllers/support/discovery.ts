/** Every resource that the cluster serves now: those that its API server declares as they are known, custom and aggregated ones by asking. */
import {
  isNotFound,
  type KubernetesObject,
  type metav1,
  type ResourceCatalogue,
  type ResourceInfo,
} from "../../api/mod.ts";
import type { Client } from "../../client/mod.ts";
import { messageOf } from "./pod-control.ts";

export interface DiscoveredResources {
  readonly resources: readonly ResourceInfo<KubernetesObject>[];
  /** One line for each group version that did not answer; its resources are missing above. */
  readonly errors: readonly string[];
}

/** Never rejects: what is declared is known without asking. */
export async function discoverResources(client: Client, known: ResourceCatalogue): Promise<DiscoveredResources> {
  let versions: string[];
  try {
    versions = await foreignVersions(client, known);
  } catch (error) {
    return { resources: known.all, errors: isNotFound(error) ? [] : [`/apis: ${messageOf(error)}`] };
  }
  const found = await Promise.allSettled(versions.map((version) => resourcesOf(client, version)));
  const foreign = found.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  return {
    resources: [...known.all, ...onceEach(foreign)],
    errors: found.flatMap((result, index) =>
      result.status === "rejected" ? [`${versions[index]}: ${messageOf(result.reason)}`] : [],
    ),
  };
}

/** Objects are the same in every version: the first that has them will do. Not every version of a group has all of its resources. */
function onceEach(resources: readonly ResourceInfo<KubernetesObject>[]): ResourceInfo<KubernetesObject>[] {
  const found = new Map<string, ResourceInfo<KubernetesObject>>();
  for (const one of resources) {
    const key = `${one.resource}.${one.group}`;
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()];
}

/** The versions of each group that has no declared resource, the best first. */
async function foreignVersions(client: Client, known: ResourceCatalogue): Promise<string[]> {
  const list = (await client.transport.request({ method: "GET", path: "/apis" })) as metav1.APIGroupList;
  return list.groups
    .filter((group) => !known.groups.has(group.name))
    .flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion));
}

async function resourcesOf(client: Client, groupVersion: string): Promise<ResourceInfo<KubernetesObject>[]> {
  const [group = "", version = ""] = groupVersion.split("/");
  const answer = await client.transport.request({ method: "GET", path: `/apis/${groupVersion}` });
  return (answer as metav1.APIResourceList).resources
    .filter((resource) => !resource.name.includes("/"))
    .map((resource) => ({
      group,
      version,
      apiVersion: groupVersion,
      resource: resource.name,
      singular: resource.singularName,
      kind: resource.kind,
      listKind: `${resource.kind}List`,
      namespaced: resource.namespaced,
      verbs: resource.verbs,
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      schema: undefined,
      listSchema: undefined,
      subresources: [],
    }));
}

/** Whether each verb is among the resource's. */
export function supports(resource: ResourceInfo<KubernetesObject>, ...verbs: readonly string[]): boolean {
  return verbs.every((verb) => resource.verbs.includes(verb));
}

/** `plural.group`: the same for every version of a resource. */
export function resourceKey(resource: Pick<ResourceInfo<KubernetesObject>, "group" | "resource">): string {
  return `${resource.resource}.${resource.group}`;
}
