/** Deletes what is in a namespace, and reports what is still there. Pods go first, so that no policy around them is gone while they run. */
import {
  ignoreNotFound,
  isMethodNotSupported,
  isNotFound,
  type KubernetesObject,
  type ResourceCatalogue,
  type ResourceInfo,
} from "../../api/mod.ts";
import type { Client } from "../../client/mod.ts";
import { discoverResources, resourceKey, supports } from "../support/discovery.ts";
import { messageOf } from "../support/pod-control.ts";
import type { ContentReport } from "./conditions.ts";

interface Draft {
  readonly discoveryErrors: readonly string[];
  readonly deletionErrors: string[];
  readonly remaining: Map<string, number>;
  readonly finalizers: Map<string, number>;
}

export async function deleteContent(
  client: Client,
  namespace: string,
  declared: ResourceCatalogue,
): Promise<ContentReport> {
  const { resources, errors } = await discoverResources(client, declared);
  const report: Draft = { discoveryErrors: errors, deletionErrors: [], remaining: new Map(), finalizers: new Map() };
  const deletable = uniqueResources(resources.filter((one) => one.namespaced && supports(one, "delete", "list")));
  const pods = deletable.filter(isPods);
  for (const resource of pods) await deleteResource(client, namespace, resource, report);
  if (report.remaining.size > 0 || report.deletionErrors.length > 0) return report;
  const others = deletable.filter((resource) => !isPods(resource));
  await Promise.all(others.map((resource) => deleteResource(client, namespace, resource, report)));
  return report;
}

function isPods(resource: ResourceInfo<KubernetesObject>): boolean {
  return resource.group === "" && resource.resource === "pods";
}

/** One version of each resource: the others show the same objects, and so do the events of the newer group. */
function uniqueResources(resources: readonly ResourceInfo<KubernetesObject>[]): ResourceInfo<KubernetesObject>[] {
  const byName = new Map<string, ResourceInfo<KubernetesObject>>();
  for (const resource of resources) {
    const name = resourceKey(resource);
    if (!byName.has(name) && resource.group !== "events.k8s.io") byName.set(name, resource);
  }
  return [...byName.values()];
}

async function deleteResource(
  client: Client,
  namespace: string,
  resource: ResourceInfo<KubernetesObject>,
  report: Draft,
): Promise<void> {
  const objects = client.resource(resource);
  try {
    const before = (await objects.list({ namespace, metadataOnly: true })).items;
    if (before.length === 0) return;
    await deleteAll(client, namespace, resource, before);
    const after = (await objects.list({ namespace, metadataOnly: true })).items;
    if (after.length > 0) report.remaining.set(resourceKey(resource), after.length);
    for (const object of after) count(report.finalizers, object.metadata.finalizers ?? []);
  } catch (error) {
    // A custom resource may be withdrawn in the meantime, and its objects with it.
    if (!isNotFound(error)) report.deletionErrors.push(messageOf(error));
  }
}

async function deleteAll(
  client: Client,
  namespace: string,
  resource: ResourceInfo<KubernetesObject>,
  items: readonly KubernetesObject[],
): Promise<void> {
  const objects = client.resource(resource);
  const options = { namespace, propagationPolicy: "Background" } as const;
  try {
    if (supports(resource, "deletecollection")) return await objects.deleteCollection(options);
  } catch (error) {
    if (!isMethodNotSupported(error)) throw error;
  }
  await Promise.all(items.map((item) => objects.delete(item.metadata.name, options).catch(ignoreNotFound)));
}

function count(counts: Map<string, number>, names: readonly string[]): void {
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
}
