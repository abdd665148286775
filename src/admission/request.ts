/** Questions that plugins ask of a request. */
import { isNotFound, type KubernetesObject, type ResourceInfo } from "../api/mod.ts";
import type { Client, Lister } from "../client/mod.ts";
import type { AdmissionAttributes } from "./contract.ts";

/** `subresource` absent: the object itself. */
export function concerns(
  attributes: AdmissionAttributes,
  resource: Pick<ResourceInfo, "group" | "resource">,
  subresource = "",
): boolean {
  return (
    attributes.resource.resource === resource.resource &&
    attributes.resource.group === resource.group &&
    (attributes.subresource ?? "") === subresource
  );
}

export function isWrite({ operation }: AdmissionAttributes): boolean {
  return operation === "CREATE" || operation === "UPDATE";
}

/** The incoming object as its kind; only where the request is known to carry that kind. */
export function incoming<T extends KubernetesObject>(attributes: AdmissionAttributes): T {
  return attributes.object as T;
}

/** The stored object as its kind. */
export function stored<T extends KubernetesObject>(attributes: AdmissionAttributes): T | undefined {
  return attributes.oldObject as T | undefined;
}

/**
 * From the cache, and where it has none, from the API: what was made a moment ago by the same client may not have reached the cache yet.
 */
export async function find<T extends KubernetesObject>(
  from: { readonly lister: Lister<T>; readonly client: Client; readonly resource: ResourceInfo<T> },
  name: string,
  namespace?: string,
): Promise<T | undefined> {
  const cached = from.lister.get(name, namespace);
  if (cached) return cached;
  try {
    return await from.client.resource(from.resource).get(name, namespace === undefined ? {} : { namespace });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
