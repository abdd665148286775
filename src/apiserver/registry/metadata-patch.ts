/**
 * Most patches change labels, annotations, finalizers or owners: of an object so patched only the metadata is read anew, and it shares the rest
 * with the present one until somebody may change it.
 */
import { clone, decodeIfClean, type KubernetesObject, type Message } from "../../api/mod.ts";
import { isObject, type JsonObject } from "../apply/type-rules.ts";
import type { View } from "./view.ts";

/** Whose fields are whose is left as it is. */
export function keepsOwners(live: KubernetesObject, outcome: unknown): boolean {
  if (!isObject(outcome) || !isObject(outcome["metadata"])) return false;
  return outcome["metadata"]["managedFields"] === live.metadata.managedFields;
}

/**
 * `outcome`, undecoded, with its metadata decoded, but for managed fields, which are taken as they are. Nothing where it has other parts than
 * `live`, where the metadata is not all sound, or where objects of the kind are not served as they are stored.
 */
export function withPatchedMetadata(
  { conversion, kind }: View,
  live: KubernetesObject,
  outcome: unknown,
): KubernetesObject | undefined {
  if (conversion || kind.decoder || !kind.schema || !isObject(outcome)) return undefined;
  const { metadata } = outcome;
  if (!isObject(metadata) || !differsInMetadataAlone(outcome, live as unknown as JsonObject)) return undefined;
  const read = readMetadata(kind.schema as Message<KubernetesObject>, live, metadata);
  return read && ({ ...outcome, metadata: read } as unknown as KubernetesObject);
}

/** In place: what is shared with others becomes a copy, but for metadata. */
export function ownParts(object: KubernetesObject): KubernetesObject {
  const parts = object as unknown as Record<string, unknown>;
  for (const key in parts) if (key !== "metadata") parts[key] = clone(parts[key]);
  return object;
}

function differsInMetadataAlone(one: JsonObject, other: JsonObject): boolean {
  for (const key in one) if (key !== "metadata" && one[key] !== other[key]) return false;
  for (const key in other) if (!(key in one)) return false;
  return true;
}

/** The keys stay in their order: a patch that changes nothing is known by the bytes that it would store. */
function readMetadata(
  schema: Message<KubernetesObject>,
  { apiVersion, kind }: KubernetesObject,
  metadata: JsonObject,
): JsonObject | undefined {
  const { managedFields, ...others } = metadata;
  const given = Object.keys(others).length;
  const read = decodeIfClean(schema, { apiVersion, kind, metadata: clone(others) } as unknown as KubernetesObject);
  const found = read?.metadata as unknown as JsonObject | undefined;
  if (!found || Object.keys(found).length !== given) return undefined;
  const target: JsonObject = { ...metadata };
  for (const key in target) if (key !== "managedFields") target[key] = found[key];
  return target;
}
