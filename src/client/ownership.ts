/** What an object is and who owns it, as little of it as can be: informers keep hundreds of thousands of these. */
import { deepFreeze, type KubernetesObject, type ResourceInfo } from "../api/mod.ts";

type Metadata = KubernetesObject["metadata"];

/** Frozen. `metadata` may be of an object of any form; kind and apiVersion are the resource's own. */
export function ownershipOf({ kind, apiVersion }: Pick<ResourceInfo, "kind" | "apiVersion">, metadata: Metadata) {
  const { name, namespace, uid, resourceVersion, deletionTimestamp, finalizers, ownerReferences } = metadata;
  const kept: Partial<Metadata> = namespace
    ? { name, namespace, uid, resourceVersion }
    : { name, uid, resourceVersion };
  if (deletionTimestamp !== undefined) kept.deletionTimestamp = deletionTimestamp;
  if (finalizers !== undefined) kept.finalizers = finalizers;
  if (ownerReferences !== undefined) kept.ownerReferences = ownerReferences;
  return deepFreeze<KubernetesObject>({ apiVersion, kind, metadata: kept as Metadata });
}
